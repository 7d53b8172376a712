import {
    AutoscaledInstanceGroup,
    CloudRunService,
    LoadBalancer,
    Network,
    StorageBucket,
    VertexBatchPrediction,
    VertexEndpoint,
    VertexModel,
    VertexTrainingJob,
    VirtualMachine,
} from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const n = "a123456789b123456789c123456789d123456789e12345678";
const net = new Network(n, {
    subnets: { [`s${n}`]: { range: "10.0.0.0/20" } },
    nat: true,
    privateServices: true,
    proxyOnlySubnets: true,
    firewall: { [`f${n.slice(0, 12)}`]: { allow: ["tcp:80"], sources: { ranges: ["10.0.0.0/8"] } } },
});
const web = new CloudRunService("web", { image, public: true, ingress: "load-balancer", defaultUrl: false });
new LoadBalancer(n, {
    domains: "a-rather-long-host-name-for-a-shop.department.acme.com",
    routes: { "/*": web, "/a/*": { service: web, backend: `b${n.slice(0, 30)}` } },
    securityPolicy: true,
});
new AutoscaledInstanceGroup(n.slice(0, 40), {
    image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
    network: net,
    scaling: { min: 1, max: 3, cpu: 60 },
});
new VirtualMachine(`v${n}`, {
    network: net,
    snapshots: { retention: "7 days" },
    schedule: { start: "0 8 * * *" },
    disks: { [`d${n.slice(0, 10)}`]: { size: "10 GB" } },
});
const m = new VertexModel(`m${n}`, { source: "./iris", container: { framework: "scikit-learn", version: "1.6" } });
new VertexBatchPrediction(`vb${n}`, {
    model: m,
    input: { bucket: new StorageBucket("in"), files: "*.jsonl" },
    output: { bucket: new StorageBucket("out") },
    schedule: "0 3 * * *",
});
new VertexEndpoint(`e${n}`, { models: { latest: { model: m, machineType: "n1-standard-2" } } });
new VertexTrainingJob(`t${n}`, { image, output: new StorageBucket("o"), schedule: "0 3 * * *" });
