import { BigQueryDataset, ServerlessFunction, VertexEndpoint, VertexModel } from "slipway";

const model = new VertexModel("iris", {
    source: "./iris",
    container: { framework: "scikit-learn", version: "1.6" },
});

// Another version of the model gets a tenth of the requests first, and the rest with { latest: 100 }.
const iris = new VertexEndpoint("iris", {
    models: { latest: { model, machineType: "n1-standard-2", scaling: { min: 1, max: 3, cpu: 60 } } },
    traffic: { split: { latest: 10, previous: 90 } },
    requestLogs: { dataset: new BigQueryDataset("predictions"), sampling: 10 },
});

// The function gets a role on the endpoint, and its name in the variable IRIS.
new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} }, uses: { IRIS: iris.predictor } });

export const url = iris.url;
