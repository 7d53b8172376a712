import { CloudRunService } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
export const web = new CloudRunService("admin", {
    image,
    iap: ["group:ops@acme.com", "user:ana@acme.com"],
    ingress: "all",
});
export const other = new CloudRunService("two", {
    image,
    regions: ["us-central1"],
    ingress: "all",
    public: true,
    scaling: { min: 1, max: 5, revision: { max: 3 } },
});
