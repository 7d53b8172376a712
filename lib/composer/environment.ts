import { Environment as Composer, type EnvironmentArgs } from "@pulumi/gcp/composer/environment";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { IAMMember as AccountIAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { keyBlock } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { accountOf } from "../iam/accountOf";
import { databases, databaseVariables } from "../iam/cloudSql";
import type { AccountReference } from "../iam/serviceAccount";
import {
    type Capability,
    type CloudSqlClient,
    forService,
    type Grant,
    type Used,
    use,
} from "../internal/access/capability";
import { daysIn } from "../internal/arguments/duration";
import { bucketName } from "../internal/arguments/names";
import { withChangeWarning } from "../internal/engine/changeWarning";
import type { Child } from "../internal/engine/children";
import type { ResolvedNetwork } from "../internal/network/networkOf";
import { natOf } from "../internal/network/subnetNat";
import { keptVersions } from "../internal/sources/sourceBucket";
import { signalsOfComposer } from "../monitoring/signals/data";
import type { Secret } from "../secretmanager";
import { accessControl } from "./access";
import { alertPolicies, type OwnerAlert } from "./alerts";
import { backendOptions, createSecrets } from "./backend";
import { trackedInputs, validateChange } from "./changes";
import { type ComposerEnvironmentArgs, type ResolvedArgs, resolveArgs } from "./environmentArgs";
import { uploadFiles } from "./files";
import { maintenanceWindow } from "./maintenance";
import { composer2Config, composer3Config, connectByAddress, resolveNetwork } from "./network";
import { schedulerPlugin } from "./plugin";
import { recoveryConfig } from "./snapshots";
import { supportWarning } from "./versions";

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

/** The resources that an environment uses. */
interface Parts {
    account: AccountReference;
    bucket: Bucket;
    network?: ResolvedNetwork;
    /** The environment variables of `uses` and of the scheduler plugin. */
    variables: Record<string, pulumi.Input<string>>;
}

/**
 * A Cloud Composer environment: Airflow, with DAGs, plugins and data from local folders. It is private, with its own service account and
 * bucket, and highly resilient in production. Creating an environment takes half an hour, so preview validates the configuration and the
 * DAG files.
 * @example
 * ```ts
 * const customers = new StorageBucket("customers");
 * const pipelines = new ComposerEnvironment("pipelines", {
 *     dags: "./dags",
 *     packages: { "scikit-learn": "==1.5.2" },
 *     uses: { CUSTOMERS: customers.writer },
 * });
 * ```
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
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
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
            ...child("environment", name, environmentInputs(resolved, parts, environment.project), {
                protect: environment.defaults.protect,
                deleteBeforeReplace: true,
                dependsOn: [
                    ...this.grantAgents(name, resolved, environment),
                    ...(resolved.dataLineage ? environment.enable("datalineage.googleapis.com") : []),
                    ...(resolved.internetAccess ? [] : natOf(network?.subnet, title)),
                    ...this.grantWorkerRole(name, resolved, environment, child),
                    ...used.grants,
                    ...Object.values(this.secrets).map(({ version }) => version as pulumi.Resource),
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
        observe(
            "Processing",
            signalsOfComposer(resolved.name, resolved.region),
            alerts?.to && { ...alerts, to: alerts.to },
        );
        this.airflowUri = this.environment.config.apply((config) => config?.airflowUri ?? "");
        this.registerOutputs({ environment: this.environment, airflowUri: this.airflowUri });
    }

    private logChecks(name: string, { version, dagCheck, dags }: ResolvedArgs): void {
        const component = `ComposerEnvironment "${name}"`;
        const warning = supportWarning(version);
        if (warning) {
            pulumi.log.warn(`${component}: ${warning}`);
        }
        if (dagCheck) {
            pulumi.log.info(`${component}: ${dagCheck}`);
        } else if (dags !== undefined) {
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
            ...(snapshots ? { "snapshots.bucket": forService(snapshots.bucket.writer) } : {}),
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
                encryption: keyBlock(args.encryptionKey, "defaultKmsKeyName"),
                labels: args.labels,
            },
            { protect: defaults.protect },
        ),
    );
}

const undefinedIfEmpty = <Value>(all: Record<string, Value>) => (Object.keys(all).length > 0 ? all : undefined);

/** The arguments of the environment resource. */
function environmentInputs(args: ResolvedArgs, parts: Parts, project: string): EnvironmentArgs {
    const { image, maintenance, snapshots, databaseRetention } = args;
    const { account, bucket, network } = parts;
    return {
        name: args.name,
        region: args.region,
        labels: args.labels,
        storageConfig: { bucket: bucket.name },
        config: {
            environmentSize: `ENVIRONMENT_SIZE_${args.size.toUpperCase().replace("-", "_")}`,
            resilienceMode: `${args.resilience.toUpperCase()}_RESILIENCE`,
            softwareConfig: {
                imageVersion: args.version,
                pypiPackages: undefinedIfEmpty(args.packages),
                envVariables: undefinedIfEmpty({ ...args.env, ...parts.variables }),
                airflowConfigOverrides: undefinedIfEmpty({ ...args.airflow, ...backendOptions(args, project) }),
                cloudDataLineageIntegration: args.dataLineage === undefined ? undefined : { enabled: args.dataLineage },
            },
            workloadsConfig: args.workloads,
            webServerNetworkAccessControl: accessControl(args.webServerAccess),
            maintenanceWindow: maintenance && maintenanceWindow(maintenance),
            recoveryConfig: snapshots && recoveryConfig(args.name, snapshots),
            dataRetentionConfig: databaseRetention && {
                airflowMetadataRetentionConfigs: [
                    { retentionMode: "RETENTION_MODE_ENABLED", retentionDays: daysIn(databaseRetention) },
                ],
            },
            encryptionConfig: keyBlock(args.encryptionKey, "kmsKeyName"),
            ...(image.composer === 3 ? composer3Config : composer2Config)(args, account, network),
        },
    };
}
