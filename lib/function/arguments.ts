import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { type Uses, uses, variable } from "../identity/capability";
import { encryptionKey } from "../identity/encryption";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { folder } from "../internal/files";
import { labels } from "../internal/labels";
import { type Mountable, mountable } from "./attachments";
import { type Cpu, cpu, type Memory, memory } from "./limits";
import { type VpcAccess, vpcAccess } from "./network";
import { type Runtime, runtime } from "./runtime";
import { type Trigger, trigger } from "./trigger";

/** How many instances a function has, and how many requests each takes at a time. */
export interface FunctionScaling {
    /**
     * Instances that wait for requests when there are none: 0 to 1000.
     * @default 0; 1 in production, when the function answers HTTP
     */
    min?: number;
    /**
     * Instances at most: 1 to 1000 ("Maximum instances").
     * @default 3 in development, 10 in staging, 100 in production
     */
    max?: number;
    /**
     * Requests that one instance handles at the same time: 1 to 1000 ("Concurrency"); more than 1 needs one CPU.
     * @default 1
     */
    concurrency?: number;
}

/** How the code becomes an image. */
export interface FunctionBuild {
    /**
     * Environment variables of the build, such as `GOOGLE_FUNCTION_SOURCE`, the file of a Python function that is not in
     * `main.py` ("Configure Cloud Run and Cloud Functions services" of buildpacks).
     * @default none
     */
    environment?: Record<string, pulumi.Input<string>>;
    /**
     * The private pool that builds, `projects/acme-dev/locations/europe-west1/workerPools/builders`. The agent of Cloud
     * Functions must be allowed to use one of another project ("Use private pools").
     * @default Cloud Build's own machines
     */
    workerPool?: pulumi.Input<string>;
}

/** The arguments of a {@link ServerlessFunction}. */
export interface ServerlessFunctionArgs extends ComponentArgs, check.AllowUnlistedArgs {
    /**
     * The folder of the code, seen from the program's working folder. What its `.gcloudignore` names is left out, or its
     * `.gitignore` where there is no other.
     */
    source: string;
    /**
     * What calls the function: requests, messages of a topic, what happens to a bucket's objects, the audit log, or a
     * schedule.
     */
    trigger: Trigger;
    /**
     * The {@link https://docs.cloud.google.com/functions/docs/runtime-support runtime}: the language and its version. One that is
     * deprecated or decommissioned brings a warning with the date.
     * @default by the files of the source: `main.py` python313, `package.json` nodejs22, `go.mod` go125
     */
    runtime?: Runtime;
    /**
     * The function in the code that is called.
     * @default the component's name, spelled as the language does: `predict-range` is `predict_range` in Python
     */
    entryPoint?: string;
    /**
     * What the code may do with other components, by the environment variable that tells it of each. A secret's `reader`
     * makes the variable the secret's text, its `file` the path of a file with that text; a database's `client` makes it a URL,
     * and lets the function into the network of the database.
     * @default nothing
     */
    uses?: Uses<Mountable>;
    /**
     * Environment variables that are not secret: a text is refused for one whose name ends with `PASSWORD`, `TOKEN`,
     * `KEY` or `SECRET`.
     * @default none but those of `uses`
     */
    environment?: Record<string, pulumi.Input<string>>;
    /** How many instances there are, and what each does at a time. */
    scaling?: FunctionScaling;
    /**
     * Memory of an instance: 128 MiB to 32 GiB. More than 512 MiB needs 0.583 CPUs, more than 1 GiB one, more than 4 GiB
     * two, more than 8 GiB four, more than 16 GiB six and more than 24 GiB eight ("Memory limits").
     * @default "512Mi"
     */
    memory?: Memory;
    /**
     * CPUs of an instance; less than one only with a concurrency of 1, four with 2 GiB at least, six and eight with 4 GiB
     * ("CPU limits").
     * @default 1
     */
    cpu?: Cpu;
    /**
     * Seconds for one call: 1 to 3600 for HTTP, 1800 for a schedule, 540 for events ("Function timeout").
     * @default 60
     */
    timeoutSeconds?: number;
    /**
     * The VPC network that the function reaches, as a {@link Network}, by a subnet or by a connector, and what it sends there.
     * @default that of the databases in `uses`, by its subnet in the function's region; without such none: what it sends leaves by
     * Google's own network
     */
    network?: VpcAccess;
    /**
     * The Cloud KMS key with which code, images and instances are encrypted, in the function's region
     * ("Protect your data with CMEK").
     * @default Google's own keys
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * The policy of Binary Authorization that the image must satisfy: the project's `default`, or one such as
     * `projects/acme-dev/platforms/cloudRun/policies/signed`.
     * @default none
     */
    binaryAuthorization?: pulumi.Input<string>;
    /**
     * When the image beneath the code gets security updates: without a deployment, or with one alone ("Security update
     * policy").
     * @default "automatic"
     */
    runtimeUpdates?: "automatic" | "on-deploy";
    /** How the code becomes an image. */
    build?: FunctionBuild;
    /**
     * What the function is for.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * The function's name in its project and region: lower-case letters, digits and hyphens, 63 at most.
     * @default the component's name
     */
    name?: string;
    /**
     * Labels of the function, the bucket of its source and the repository of its images: at most 64 ("Requirements for
     * labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: {
        function?: Transform<FunctionArgs>;
        sourceBucket?: Transform<BucketArgs>;
        archive?: Transform<BucketObjectArgs>;
        repository?: Transform<RepositoryArgs>;
        account?: Transform<AccountArgs>;
        buildAccount?: Transform<AccountArgs>;
        triggerAccount?: Transform<AccountArgs>;
    };
}

/** Checks each argument by itself. */
export const functionArgs = check.options<ServerlessFunctionArgs>(
    {
        source: folder(),
        trigger,
        runtime,
        entryPoint: check.matching(/^[A-Za-z_][\w.:\\-]*$/, "must be the name of a function in the code"),
        uses: uses(...mountable),
        environment: check.record(variable, check.input(check.text())),
        scaling: check.options<FunctionScaling>({
            min: check.whole(0, 1000),
            max: check.whole(1, 1000),
            concurrency: check.whole(1, 1000),
        }),
        memory,
        cpu,
        timeoutSeconds: check.whole(1, 3600, "seconds"),
        network: vpcAccess,
        encryptionKey,
        binaryAuthorization: check.input(
            check.matching(
                /^(default|projects\/[^/]+\/platforms\/cloudRun\/policies\/[^/]+)$/,
                "must be default or a policy, as projects/acme-dev/platforms/cloudRun/policies/signed is",
            ),
        ),
        runtimeUpdates: check.oneOf("automatic", "on-deploy"),
        build: check.options<FunctionBuild>({
            environment: check.record(variable, check.input(check.text())),
            workerPool: check.input(
                check.matching(
                    /^projects\/[^/]+\/locations\/[^/]+\/workerPools\/[^/]+$/,
                    "must be a private pool, as projects/acme-dev/locations/europe-west1/workerPools/builders is",
                ),
            ),
        }),
        description: check.input(check.text()),
        name: check.matching(
            /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
            "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
        ),
        labels,
        transform: transforms(
            "function",
            "sourceBucket",
            "archive",
            "repository",
            "account",
            "buildAccount",
            "triggerAccount",
        ),
        ...check.allowUnlistedArgs,
        ...componentArgs,
    },
    "source",
    "trigger",
);
