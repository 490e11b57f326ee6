import * as T from '/work/main/packages/tensor/dist/index.js';
import {onnxruntime} from '/work/main/packages/backend-onnxruntime/dist/index.js';
const {tensor, valueAndGrad, compile, nn, random, zeros, tree}=T;
T.setBackend(onnxruntime());
const B=128;
const k=(i,s,sc)=>random.normal(random.key(i),s).mul(sc);
const cnn={p:{k1:k(1,[3,3,1,32],.2),b1:zeros([32]),k2:k(2,[3,3,32,64],.05),b2:zeros([64]),w1:k(3,[1600,128],.01),c1:zeros([128]),w2:k(4,[128,10],.05),c2:zeros([10])},
 f:(p,x)=>{let h=nn.maxPool(nn.conv(x,p.k1).add(p.b1).relu(),2);h=nn.maxPool(nn.conv(h,p.k2).add(p.b2).relu(),2).reshape([B,-1]);h=h.matmul(p.w1).add(p.c1).relu();return nn.logSoftmax(h.matmul(p.w2).add(p.c2));}};
const mlp={p:{w1:k(1,[784,512],.03),c1:zeros([512]),w2:k(2,[512,512],.03),c2:zeros([512]),w3:k(3,[512,10],.03),c3:zeros([10])},f:(p,x)=>{let h=x.reshape([B,784]).matmul(p.w1).add(p.c1).relu();h=h.matmul(p.w2).add(p.c2).relu();return nn.logSoftmax(h.matmul(p.w3).add(p.c3));}};
const x=await (async()=>{const t=random.uniform(random.key(7),[B,28,28,1]);await t.data();return t;})();
const y=tensor(Int32Array.from({length:B},(_,i)=>i%10));
for(const [name,net] of Object.entries({mlp,cnn})){
 const loss=(p,x,y)=>net.f(p,x).mul(nn.oneHot(y,10)).sum(1).mean().neg();
 const step=compile((p,m,v,x,y,lr)=>{const [l,g]=valueAndGrad(loss)(p,x,y);
  const m2=tree.map((m,g)=>m.mul(.9).add(g.mul(.1)),m,g), v2=tree.map((v,g)=>v.mul(.999).add(g.mul(g).mul(.001)),v,g);
  const p2=tree.map((p,m,v)=>p.sub(m.mul(lr).div(v.sqrt().add(1e-7))),p,m2,v2); return [p2,m2,v2,l];},{donate:[0,1,2]});
 const t0=performance.now();
 let p=net.p,m=tree.map(t=>T.zerosLike(t),p),v=tree.map(t=>T.zerosLike(t),p),l;
 [p,m,v,l]=step(p,m,v,x,y,1e-3); await l.item(); console.log(name,'first',performance.now()-t0);
 const ts=[];for(let i=0;i<(name=='mlp'?100:25);i++){const t=performance.now();[p,m,v,l]=step(p,m,v,x,y,1e-3);await l.item();ts.push(performance.now()-t);}
 ts.sort((a,b)=>a-b);console.log(name,'median',ts[ts.length>>1],'min',ts[0],await l.item());
 const pred=compile((p,x)=>net.f(p,x)); const us=[];for(let i=0;i<20;i++){const t=performance.now();await pred(p,x).data();us.push(performance.now()-t);}
 us.sort((a,b)=>a-b);console.log(name,'predict',us[10],us[0]);
}
