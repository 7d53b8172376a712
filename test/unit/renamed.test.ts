import {
    ContainerImage,
    ContainerRegistry,
    Dashboard,
    LoadBalancer,
    PackageRegistry,
    ServiceObjective,
    StorageBucket,
    UptimeCheck,
    VertexModel,
    VertexPipeline,
} from "../../lib";
import { AutoscaledDeployment } from "../../lib/gke/deployment";
import { refused } from "./registered";

/** A call with an argument's earlier name. */
type Call = new (name: string, args: never) => unknown;

test.each<[Call, object, string, string]>([
    [ContainerRegistry as Call, { location: "europe" }, "location", "region"],
    [PackageRegistry as Call, { format: "npm", location: "europe" }, "location", "region"],
    [VertexModel as Call, { artifacts: "./iris" }, "artifacts", "source"],
    [VertexPipeline as Call, { pipeline: "./pipeline.yaml" }, "pipeline", "source"],
    [LoadBalancer as Call, { domain: "acme.example", routes: {} }, "domain", "domains"],
    [UptimeCheck as Call, { of: "https://acme.example" }, "of", "target"],
    [ServiceObjective as Call, { of: {} }, "of", "target"],
    [Dashboard as Call, { of: [] }, "of", "targets"],
    [StorageBucket as Call, { upload: { folder: "./iris" } }, "upload.folder", "source"],
    [AutoscaledDeployment as Call, { expose: { gateway: { host: "acme.example" } } }, "expose.gateway.host", "domain"],
    [AutoscaledDeployment as Call, { expose: { ingress: { host: "acme.example" } } }, "expose.ingress.host", "domain"],
])("%p refuses %j and names the new argument", async (component, args, path, name) => {
    const old = path.split(".").at(-1);
    expect(await refused(() => new component("one", args as never))).toContain(
        `${path}: unknown option "${old}"; did you mean "${name}"?`,
    );
});

test.each([
    [
        { build: "./app" },
        'build: must be an object with the options of the build (got "./app"). The folder is source: "./app", next to build.',
    ],
    [{ build: { context: "./app" } }, 'build.context: unknown option "context"'],
])("an image refuses the folder of its sources as %j", async (args, expected) => {
    const reference = { registry: ContainerRegistry.existing("app"), ...args } as never;
    expect(await refused(() => new ContainerImage("app", reference))).toContain(expected);
});
