import * as pulumi from "@pulumi/pulumi";
import { Environment, PubSubTopic, ServerlessFunction } from "../../lib";
import { promoted, promotedBuild } from "../../lib/environment/promotion";

/** Four environments, each of which promotes the previous one; one account deploys two of them. */
export const environments = {
    dev: "acme-dev",
    staging: { project: "acme-staging", promotes: "dev", deployer: "deployer@acme-staging.iam.gserviceaccount.com" },
    canary: { project: "acme-canary", promotes: "staging", deployer: "deployer@acme-prod.iam.gserviceaccount.com" },
    prod: { project: "acme-prod", promotes: "staging", deployer: "deployer@acme-prod.iam.gserviceaccount.com" },
    edge: { project: "acme-edge", promotes: "prod" },
};

type Name = keyof typeof environments;

/** Configures one of these environments for the tests. */
export const stack = (name: Name) => ({
    name,
    config: {
        "gcp:project": name === "dev" ? environments.dev : environments[name].project,
        "slipway:environments": JSON.stringify(environments),
    },
});

/** The responses of Cloud Storage to downloads, by `bucket/object`; unlisted objects exist. */
const answers: Record<string, (path: string) => string> = {
    "no object": (path) => `got HTTP response code 404 with body: No such object: ${path}`,
    "no bucket": () => "got HTTP response code 404 with body: The specified bucket does not exist.",
    "no permission": () =>
        "got HTTP response code 403 with body: ci@acme-ci.iam.gserviceaccount.com does not have storage.objects.get access to the Google Cloud Storage object. Permission 'storage.objects.get' denied on resource (or it may not exist).",
    "no billing": () => "Error 403: The billing account for the owning project is disabled,\n accountDisabled",
};

/** The calls of a program; this bucket has the given response, and all others contain the requested records. */
export function storage(missing: Record<string, string>, asked: string[] = []) {
    return (token: string, { bucket, name }: Record<string, unknown>) => {
        if (!token.startsWith("gcp:storage/getBucketObjectContent")) {
            return undefined;
        }
        const path = `${bucket}/${name}`;
        asked.push(path);
        if (missing[String(bucket)] === "no mock") {
            throw new TypeError("mocks.call is not a function");
        }
        const answer = answers[missing[String(bucket)] ?? ""];
        if (answer) {
            const refused = `Error downloading storage bucket object: googleapi: ${answer(path)}`;
            const details = `invoking ${token}: 1 error occurred:\n\t* ${refused}\n\n`;
            throw Object.assign(new Error(details), { details });
        }
        return {};
    };
}

const image = {
    type: "ContainerImage",
    component: "serve",
    path: "image",
    kind: "image",
    digest: pulumi.output(`sha256:${"12".repeat(32)}`),
} as const;

/** Code in staging that did not run in dev, or cannot be looked up. */
export const programs: Record<string, [dev: string, program: (source: string) => unknown]> = {
    "code that did not run": ["no object", (source) => predicting(source)],
    "code of an environment that was never deployed": ["no bucket", (source) => predicting(source)],
    "code that may not be looked for": ["no permission", (source) => predicting(source)],
    "code that cannot be looked for": ["no billing", (source) => predicting(source)],
    "code that the mocks of a test do not know of": ["no mock", (source) => predicting(source)],
    "two functions beside a topic": [
        "no object",
        (source) => {
            new PubSubTopic("sales");
            predicting(source);
            const trigger = { schedule: "0 3 * * *" };
            new ServerlessFunction("nightly", { source, trigger, entryPoint: "predict" }, { protect: true });
        },
    ],
    "an image": [
        "no object",
        () => new PubSubTopic("sales", { labels: { image: promoted(Environment.current(), image) } }),
    ],
    "a build that was recorded without a digest": [
        "an empty record",
        () => {
            const { digest, ...lookUp } = image;
            const build = promotedBuild(Environment.current(), { ...lookUp, build: "34".repeat(32) });
            new PubSubTopic("sales", { labels: { image: build } });
        },
    ],
};

export const predicting = (source: string) =>
    new ServerlessFunction("predict", { source, trigger: { http: { public: true } } });
