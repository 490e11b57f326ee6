import { AbsentError, serve } from '../protocol.js';

serve(() => Promise.reject(new AbsentError('@tesserajs/layers has no exports yet')));
