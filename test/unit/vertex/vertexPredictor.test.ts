import {
    AppEngineApp,
    type AppEngineAppArgs,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    ComposerEnvironment,
    ServerlessFunction,
    VertexEndpoint,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import type { Capability } from "slipway/iam";
import { folderOf } from "../folders";
import { member, source } from "../predicting";
import { registered } from "../registered";
import { image } from "../serving";

const model = "projects/acme-dev/locations/europe-west1/models/iris@3";
const app = folderOf({ "main.py": "app = None\n", "requirements.txt": "gunicorn\n" });

interface Made {
    serviceConfig: { environmentVariables?: object };
    template: { containers: Container[]; template: { containers: Container[] } };
    spec: { template: { spec: { containers: Container[] } } };
    config: { softwareConfig: { envVariables?: object } };
    envVariables?: object;
}
type Member = { member?: string; role?: string; endpoint?: string };
type Variable = { name: string; value: string };
type Container = { env?: Variable[]; envs?: Variable[] };

const named = ([container]: Container[]) =>
    Object.fromEntries((container?.env ?? container?.envs ?? []).map(({ name, value }) => [name, value]));

/** Each component that takes capabilities by variable: how it uses them, its account, and the variables of its code. */
const consumers: [
    string,
    (uses: Record<string, Capability>) => unknown,
    string,
    string,
    (made: Made) => object | undefined,
][] = [
    [
        "a function",
        (uses) => new ServerlessFunction("ask", { source, entryPoint: "predict", trigger: { http: {} }, uses }),
        "ask-run",
        "Function ask",
        ({ serviceConfig }) => serviceConfig.environmentVariables,
    ],
    [
        "a Cloud Run service",
        (uses) => new CloudRunService("ask", { image, uses }),
        "ask-run",
        "Service ask",
        ({ template }) => named(template.containers),
    ],
    [
        "a Cloud Run job",
        (uses) => new CloudRunJob("ask", { image, uses }),
        "ask-run",
        "Job ask",
        ({ template }) => named(template.template.containers),
    ],
    [
        "a Cloud Run worker pool",
        (uses) => new CloudRunWorkerPool("ask", { image, uses }),
        "ask-run",
        "WorkerPool ask",
        ({ template }) => named(template.containers),
    ],
    [
        "an App Engine service",
        (uses) =>
            new AppEngineApp("ask", {
                services: { default: { source: app, uses } },
            } as AppEngineAppArgs),
        "ask-default-app",
        "StandardAppVersion ask-default",
        ({ envVariables }) => envVariables,
    ],
    [
        "pods",
        (uses) => new AutoscaledDeployment("ask", { cluster: new GkeCluster("main"), image, uses }),
        "ask-run",
        "Deployment ask",
        ({ spec }) => named(spec.template.spec.containers),
    ],
    [
        "DAGs of Composer",
        (uses) => new ComposerEnvironment("ask", { uses }),
        "ask-run",
        "Environment ask",
        ({ config }) => config.softwareConfig.envVariables,
    ],
];

test.each(consumers)("%s: the predictor is a role on the endpoint alone, and its name", async (...consumer) => {
    const [, consume, account, key, variables] = consumer;
    const made = (ask: (iris: VertexEndpoint) => Record<string, Capability>) =>
        registered(() => consume(ask(new VertexEndpoint("iris", { models: { latest: { model } } }))));
    const without = await made(() => ({}));
    const all = await made(({ predictor }) => ({ IRIS: predictor }));
    const added = Object.entries(all).filter(([each]) => !(each in without));
    expect(added.map(([, { member, role, endpoint }]: [string, Member]) => ({ member, role, endpoint }))).toEqual([
        {
            member: member(account),
            role: "roles/aiplatform.user",
            endpoint: expect.stringMatching(/^iris-[0-9a-f]{6}$/),
        },
    ]);
    // The name is the ID of the deployments, so that the code starts once the models serve.
    expect(variables(all[key] as Made)).toEqual({ ...variables(without[key] as Made), IRIS: "iris-id" });
});
