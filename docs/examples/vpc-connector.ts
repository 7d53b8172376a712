import { Network, ServerlessFunction, VpcConnector } from "slipway";

const network = new Network("apps");

// One connector for everything in the region that reaches the network through it.
const connector = new VpcConnector("apps", { network, range: "10.8.0.0/28" });

export const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: { public: true } },
    network: { connector, egress: "all-traffic" },
}).url;
