import { ContainerImage, ContainerRegistry } from "slipway";

const r = new ContainerRegistry("app", {
    cleanup: { keep: 5, untaggedOlderThan: "30 days" },
    immutableTags: true,
    labels: { a: "b" },
});
const i = new ContainerImage("web", { registry: r, digest: `sha256:${"a".repeat(64)}` });
export const ref = i.reference;
