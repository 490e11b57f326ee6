import {setBackend} from '@tesserajs/tensor';
import {onnxruntime} from '@tesserajs/backend-onnxruntime';
import * as L from '@tesserajs/layers';
setBackend(onnxruntime());
const n=128*60;const x=Float32Array.from({length:n*784},()=>Math.random()),y=Int32Array.from({length:n},(_,i)=>i%10);
for(const drop of [true,false]){
const model=L.sequential([L.conv2d({filters:32,kernelSize:3,activation:'relu'}),L.maxPooling2d({poolSize:2}),L.conv2d({filters:64,kernelSize:3,activation:'relu'}),L.maxPooling2d({poolSize:2}),...(drop?[L.dropout({rate:.25})]:[]),L.flatten(),L.dense({units:128,activation:'relu'}),...(drop?[L.dropout({rate:.5})]:[]),L.dense({units:10})],{inputShape:[28,28,1],seed:1});
model.compile({optimizer:'adam',loss:L.losses.sparseCategoricalCrossentropy({fromLogits:true}),metrics:['accuracy']});
for(let k=0;k<2;k++){const t=performance.now();
await model.fit({data:x,shape:[n,28,28,1],dtype:'float32'},{data:y,shape:[n],dtype:'int32'},{epochs:1,seed:1,batchSize:128,verbose:0});
console.log(drop,'ms/step',(performance.now()-t)/60);}}
