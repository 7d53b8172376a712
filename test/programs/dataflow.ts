import { DataflowJob, Network, StorageBucket } from "slipway";

const b = new StorageBucket("w");
new DataflowJob("us", {
    template: "Word_Count",
    region: "us-central1",
    network: new Network("us", { subnets: { us: { region: "us-central1", range: "10.4.0.0/24" } } }),
    uses: { output: b.writer },
    parameters: { inputFile: "gs://dataflow-samples/shakespeare/kinglear.txt" },
    runOnDeploy: true,
});
new DataflowJob("plain", {
    template: "Word_Count",
    uses: { output: b.writer },
    parameters: { inputFile: "gs://dataflow-samples/shakespeare/kinglear.txt" },
    machineType: "n1-standard-2",
    scaling: { min: 1, max: 3 },
    labels: { a: "b" },
});
