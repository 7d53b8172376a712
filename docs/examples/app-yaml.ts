import { AppEngineApp } from "slipway";

const app = new AppEngineApp("shop", AppEngineApp.fromAppYaml("./shop", { ingress: "all" }));

export const url = app.url;
