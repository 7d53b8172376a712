import { Environment as Composer } from "@pulumi/gcp/composer/environment";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { IAMMember as AccountIAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../environment/component";
import { Environment, inEnvironment } from "../environment/environment";
import { compareVersions } from "../formats/version";
import { accountOf } from "../iam/accountOf";
import { type Capability, type CloudSqlClient, type Grant, type Used, use } from "../iam/capability";
import { databases, databaseVariables } from "../iam/cloudSql";
import type { AccountReference } from "../iam/serviceAccount";
import { deferredError } from "../internal/argumentsError";
import { withChangeWarning } from "../internal/changeWarning";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { filesOf } from "../internal/files";
import { bucketName } from "../internal/names";
import { objectOf } from "../internal/objects";
import { keptVersions } from "../internal/sourceBucket";
import { natOf } from "../internal/subnetNat";
import { signalsOfComposer } from "../monitoring/signals/data";
import type { Secret } from "../secretmanager";
import { alertPolicies, type OwnerAlert } from "./alerts";
import type { ComposerEnvironmentArgs } from "./arguments";
import { createSecrets } from "./backend";
import { environmentArgs } from "./definition";
import { connectByAddress, resolveNetwork } from "./network";
import { schedulerPlugin } from "./plugin";
import { type ResolvedArgs, resolveArgs } from "./resolveArgs";
import { type Image, resolveImage, supportWarning } from "./versions";
import { resilienceProblems } from "./workloadLimits";

const api = "composer.googleapis.com";

/**
 * The {@link https://cloud.google.com/composer/docs/composer-3/enable-composer-service required APIs}; Composer 2 runs its
 * infrastructure in the project itself.
 */
const apis = {
    2: ["artifactregistry", "cloudbuild", "compute", "container", "iam", "pubsub", "sqladmin", "storage"],
    3: ["iam", "storage"],
} as const;

/**
 * The APIs whose service agents {@link https://cloud.google.com/composer/docs/composer-3/configure-cmek-encryption encrypt}
 * with the key.
 */
const encryptionApis = {
    2: ["artifactregistry", "compute", "container", "pubsub", "storage"],
    3: ["storage"],
} as const;

const apiName = (name: string) => `${name}.googleapis.com`;

/**
 * A Cloud Composer environment: Airflow, with DAGs, plugins and data from local folders. It is private, with its own service account and
 * bucket, and highly resilient in production. Creating an environment takes half an hour, so preview validates the configuration and the
 * DAG files.
 */
export class ComposerEnvironment extends pulumi.ComponentResource {
    /** The environment itself. */
    readonly environment: Composer;
    /** The bucket with the folders `dags`, `plugins`, `data` and `logs`. It is deleted with its objects. */
    readonly bucket: Bucket;
    /** The service account of the environment, which DAGs run as. */
    readonly account: AccountReference;
    /** The uploaded DAG files by path. */
    readonly dags: Readonly<Record<string, BucketObject>>;
    /** The uploaded plugin files by path. */
    readonly plugins: Readonly<Record<string, BucketObject>>;
    /** The uploaded data files by path. */
    readonly data: Readonly<Record<string, BucketObject>>;
    /** The secrets of connections and variables, such as `connections.warehouse` and `variables.threshold`. */
    readonly secrets: Readonly<Record<string, Secret>>;
    /** The alerts by owner; the one for all other owners is `others`. */
    readonly alerts: Readonly<Record<string, OwnerAlert>>;
    /** The URL of the Airflow web server. */
    readonly airflowUri: pulumi.Output<string>;

    constructor(name: string, args: ComposerEnvironmentArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveArgs(name, args, environment);
        const { composer } = resolved.image;
        const title = `ComposerEnvironment "${name}"`;
        // Resolved before this component is registered, because the shared network belongs to the stack's environment.
        const network = resolveNetwork(resolved.network, resolved.uses, resolved.region, composer);
        super(
            "slipway:index:ComposerEnvironment",
            name,
            trackedInputs(resolved),
            withChangeWarning(inEnvironment(options, resolved.crossProject), title, (component, before) =>
                validateChange(component, before, resolved),
            ),
        );
        this.logChecks(name, resolved);
        const ofNetwork = network && composer === 3 ? ["compute"] : [];
        const { child, observe } = component(this, name, resolved, {
            apis: [api, ...[...apis[composer], ...ofNetwork].map(apiName)],
            encryptedBy: [api, ...encryptionApis[composer].map(apiName)],
        });

        this.account = accountOf(name, resolved, child, { part: "run", does: `Runs the DAGs of ${resolved.name}` });
        this.bucket = createBucket(name, resolved, environment, child);
        const secrets = createSecrets(name, resolved, this);
        this.secrets = Object.fromEntries(Object.entries(secrets).map(([key, { secret }]) => [key, secret]));
        const used = this.grantUses(name, resolved, secrets);
        const plugin = schedulerPlugin(resolved);
        const pluginObjects = uploadFiles(name, "plugin", plugin.files, { bucket: this.bucket.name }, child);
        const variables = {
            ...used.env,
            ...databaseVariables(databases(used.attachments), this.account.member, connectByAddress),
            ...plugin.variables,
        };
        const parts = { account: this.account, bucket: this.bucket, network, variables };
        this.environment = new Composer(
            ...child("environment", name, environmentArgs(resolved, parts, environment.project), {
                protect: environment.defaults.protect,
                deleteBeforeReplace: true,
                dependsOn: [
                    ...this.grantAgents(name, resolved, environment),
                    ...(resolved.internetAccess ? [] : natOf(network?.subnet, title)),
                    ...this.grantWorkerRole(name, resolved, environment, child),
                    ...used.grants,
                    ...Object.values(this.secrets).flatMap(({ version }) => version ?? []),
                    ...Object.values(pluginObjects),
                ],
            }),
        );
        const upload = { bucket: this.bucket.name, after: this.environment };
        this.dags = uploadFiles(name, "dag", resolved.dags, upload, child);
        this.plugins = { ...pluginObjects, ...uploadFiles(name, "plugin", resolved.plugins, upload, child) };
        this.data = uploadFiles(name, "data", resolved.data, upload, child);
        const { alerts } = resolved;
        const alertApis = ["monitoring.googleapis.com", "logging.googleapis.com"];
        this.alerts = alerts
            ? alertPolicies(name, alerts, resolved, component(this, name, resolved, { apis: alertApis }).child)
            : {};
        observe(signalsOfComposer(resolved.name, resolved.region), alerts?.to && { ...alerts, to: alerts.to });
        this.airflowUri = this.environment.config.apply((config) => config?.airflowUri ?? "");
        this.registerOutputs({ environment: this.environment, airflowUri: this.airflowUri });
    }

    private logChecks(name: string, { version, dagCheck, dags, checkDags }: ResolvedArgs): void {
        const component = `ComposerEnvironment "${name}"`;
        const warning = supportWarning(version);
        if (warning) {
            pulumi.log.warn(`${component}: ${warning}`);
        }
        if (dagCheck) {
            pulumi.log.info(`${component}: ${dagCheck}`);
        } else if (dags !== undefined && checkDags === false) {
            pulumi.log.info(`${component}: dags: DAG files were not checked, because checkDags is false.`);
        }
    }

    /** Grants access to `uses`, to the secrets of connections and variables, and to the bucket of snapshots. */
    private grantUses(
        name: string,
        { account, uses, snapshots }: ResolvedArgs,
        secrets: ReturnType<typeof createSecrets>,
    ): Used<CloudSqlClient> {
        // A capability without a value sets no environment variable.
        const withoutValue = ({ grants }: Pick<Capability, "grants">) => ({ grants, attachments: [] });
        const secretUses = Object.entries(secrets).map(
            ([key, { uses: accessor }]) => [key, withoutValue(accessor)] as const,
        );
        const all = {
            ...uses,
            ...Object.fromEntries(secretUses),
            ...(snapshots ? { "snapshots.bucket": withoutValue(snapshots.bucket.writer) } : {}),
        };
        return use<CloudSqlClient>(name, all, this.account.member, { parent: this }, account);
    }

    /**
     * Grants the service agent of Composer its role on the project, and in Composer 2 its extension role on the environment's
     * service account, both before the environment is created.
     */
    private grantAgents(
        name: string,
        { image, crossProject }: ResolvedArgs,
        environment: Environment,
    ): pulumi.Resource[] {
        const { name: serviceAccountId } = this.account;
        const role = "roles/composer.ServiceAgentV2Ext";
        const extended: Grant = {
            name: `${name}-run-extension`,
            to: (child, member, own) => new AccountIAMMember(child, { serviceAccountId, role, member }, own),
        };
        return [
            ...environment.grantAgent(api, "roles/composer.serviceAgent"),
            ...(image.composer === 2 ? environment.grantAgent(api, { grants: [extended] }, crossProject) : []),
        ];
    }

    /**
     * Grants the {@link https://cloud.google.com/composer/docs/composer-3/access-control worker role} to the service account.
     * IAM supports it only on a project.
     */
    private grantWorkerRole(
        name: string,
        { account }: ResolvedArgs,
        environment: Environment,
        child: Child,
    ): pulumi.Resource[] {
        const role = "roles/composer.worker";
        const { member } = this.account;
        return account
            ? environment.role(role).grants.map(account.grant)
            : [new IAMMember(...child("grant", `${name}-run-worker`, { project: environment.project, role, member }))];
    }
}

/**
 * Creates a {@link https://cloud.google.com/composer/docs/composer-3/custom-bucket custom bucket}: in the region, with the
 * class Standard, without retention.
 */
function createBucket(name: string, args: ResolvedArgs, { project, defaults }: Environment, child: Child): Bucket {
    return new Bucket(
        ...child(
            "bucket",
            name,
            {
                name: bucketName(`${project}-${args.name}-composer`),
                location: args.region,
                uniformBucketLevelAccess: true,
                publicAccessPrevention: "enforced",
                ...keptVersions,
                // The environment writes logs to the bucket until it is deleted.
                forceDestroy: true,
                encryption: args.encryptionKey === undefined ? undefined : { defaultKmsKeyName: args.encryptionKey },
                labels: args.labels,
            },
            { protect: defaults.protect },
        ),
    );
}

/** The inputs that the component records, to validate later changes against them. */
const trackedInputs = ({ version, resilience }: ResolvedArgs) => ({ version, resilience });

/**
 * Refuses at preview a change of an existing environment that Composer would refuse.
 *
 * @param old the recorded inputs; empty if an earlier release created the environment
 */
function validateChange(component: string, old: object, now: ResolvedArgs): undefined {
    const before = old as Partial<ReturnType<typeof trackedInputs>>;
    const problems = [
        ...versionChangeProblems(before.version, now),
        ...(before.resilience === "high" && now.resilience === "standard" ? resilienceChangeProblems(now) : []),
    ];
    if (problems.length > 0) {
        throw deferredError(component, problems);
    }
}

/**
 * An environment can be {@link https://cloud.google.com/composer/docs/composer-3/upgrade-environments upgraded} only to a later
 * image of the same generation.
 */
function versionChangeProblems(before: string | undefined, now: ResolvedArgs) {
    const image = before === undefined ? undefined : resolveImage(before);
    if (!image) {
        return [];
    }
    if (image.composer !== now.image.composer) {
        const reason = `cannot go from Composer ${image.composer} to ${now.image.composer} (got "${now.version}"). Create another environment, and remove this one later.`;
        return [check.problem("version", "composer/version-of-other-generation", reason)];
    }
    const reason = `cannot go back from ${before} (got "${now.version}"). Keep it, or create another environment.`;
    return isDowngrade(image, now.image) ? [check.problem("version", "composer/version-downgrade", reason)] : [];
}

function isDowngrade(before: Image, now: Image): boolean {
    const airflow = compareVersions(now.airflow, before.airflow);
    const isEarlier = (one: string | number | undefined, other: string | number | undefined) =>
        one !== undefined && other !== undefined && compareVersions(String(one), String(other)) < 0;
    return (
        airflow < 0 || isEarlier(now.release, before.release) || (airflow === 0 && isEarlier(now.build, before.build))
    );
}

/** Composer updates workloads before the resilience, and accepts fewer only with "standard" resilience. */
function resilienceChangeProblems({ workloads }: ResolvedArgs) {
    const fewer = resilienceProblems(workloads).map(({ path }) => path);
    return fewer.length > 0
        ? [
              check.problem(
                  "resilience",
                  "composer/resilience-in-two-steps",
                  `takes two steps from "high" to "standard". Set ${fewer.join(", ")} to 2 for one up, and fewer in the next.`,
              ),
          ]
        : [];
}

/** The {@link https://cloud.google.com/composer/docs/composer-3/cloud-storage folders} of an environment's bucket. */
const folders = { dag: "dags", plugin: "plugins", data: "data" } as const;

/**
 * Uploads each file of a folder, or each of these contents by path.
 *
 * @param after the resource to wait for: DAGs may need packages and variables that the environment receives in the same update
 */
function uploadFiles(
    component: string,
    part: keyof typeof folders,
    source: string | Record<string, string> = {},
    { bucket, after }: { bucket: pulumi.Input<string>; after?: pulumi.Resource },
    child: Child,
): Record<string, BucketObject> {
    const contents =
        typeof source === "string"
            ? filesOf(source).map(({ path, file }) => [path, objectOf(file)] as const)
            : Object.entries(source).map(([path, content]) => [path, { content }] as const);
    return Object.fromEntries(
        contents.map(([path, content]) => {
            const args = { bucket, name: `${folders[part]}/${path}`, ...content };
            return [
                path,
                new BucketObject(...child(part, `${component}-${part}-${path}`, args, { dependsOn: after ?? [] })),
            ];
        }),
    );
}
