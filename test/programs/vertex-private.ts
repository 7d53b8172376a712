import { Network, VertexEndpoint, VertexModel } from "slipway";

new Network("p", { subnets: { p: { range: "10.0.0.0/20" } }, privateServices: true });
const m = new VertexModel("iris", { source: "./iris", container: { framework: "scikit-learn", version: "1.6" } });
new VertexEndpoint("priv", {
    models: { latest: { model: m, machineType: "n1-standard-2" } },
    access: { privateServiceConnect: ["acme-other"] },
});
