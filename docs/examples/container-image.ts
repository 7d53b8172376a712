import { Service } from "@pulumi/gcp/cloudrunv2/service";
import { ContainerImage, Environment } from "slipway";

const environment = Environment.current();
const image = new ContainerImage("predict", {
    reference: "docker.io/acme/predict@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
});

const service = new Service(
    "predict",
    {
        name: "predict",
        location: environment.region,
        deletionProtection: environment.defaults.protect,
        template: { containers: [{ image: image.reference }] },
    },
    { provider: environment.provider, dependsOn: environment.enable("run.googleapis.com") },
);
// The environments that promote this one take the image from now on.
image.ranBy(service);
