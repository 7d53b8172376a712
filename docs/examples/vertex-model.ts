import { VertexModel } from "slipway";

// The folder contains model.joblib, which was saved with this version of scikit-learn.
const iris = new VertexModel("iris", {
    source: "./iris",
    container: { framework: "scikit-learn", version: "1.6" },
    aliases: ["default", "champion"],
});

export const version = iris.version;
