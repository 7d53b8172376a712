import { Environment as Composer } from "@pulumi/gcp/composer/environment";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember as AccountIAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../../environment/environment";
import { type Capability, type CloudSqlClient, type Grant, type Used, use } from "../../identity/capability";
import { databases, databaseVariables } from "../../identity/cloudSql";
import { encryptionGrants } from "../../identity/encryption";
import { type Child, childrenOf } from "../../internal/children";
import { accountId, bucketName } from "../../internal/names";
import { warning } from "../../internal/warning";
import type { Secret } from "../../secret";
import { alertPolicies, type OwnerAlert } from "./alerts";
import type { ComposerEnvironmentArgs } from "./arguments";
import { keptSecrets } from "./backend";
import { lasting, refuseChange } from "./changes";
import { type Decided, decided } from "./decided";
import { definition } from "./definition";
import { filesIn } from "./files";
import { attachment, way } from "./network";
import { schedulerPlugin } from "./plugin";
import { supportWarning } from "./versions";

const api = "composer.googleapis.com";

/** "Services required by Cloud Composer"; Composer 2 has what it runs on in the project. */
const apis = {
    2: ["artifactregistry", "cloudbuild", "compute", "container", "iam", "pubsub", "sqladmin", "storage"],
    3: ["iam", "storage"],
} as const;

/** Whose agents encrypt: "Use customer-managed encryption keys". */
const encrypting = { 2: ["artifactregistry", "compute", "container", "pubsub", "storage"], 3: ["storage"] } as const;

const named = (name: string) => `${name}.googleapis.com`;

/**
 * An environment of Cloud Composer: Airflow, with its DAGs, plugins and data from folders. It has no way to or from the internet, an account
 * and a bucket of its own, and stays in production when a zone fails. It takes half an hour to make, so that what would fail is told
 * when the program is previewed.
 */
export class ComposerEnvironment extends pulumi.ComponentResource {
    readonly environment: Composer;
    /** The bucket with the folders `dags`, `plugins`, `data` and `logs`. It is deleted with all of them. */
    readonly bucket: Bucket;
    /** The account that DAGs run as. */
    readonly account: Account;
    /** The objects of the DAG files, by their paths in the folder. */
    readonly dags: Readonly<Record<string, BucketObject>>;
    /** Those of the plugins. */
    readonly plugins: Readonly<Record<string, BucketObject>>;
    /** Those of the data. */
    readonly data: Readonly<Record<string, BucketObject>>;
    /** What Airflow reads from Secret Manager, by `connections.warehouse` and `variables.threshold`. */
    readonly secrets: Readonly<Record<string, Secret>>;
    /** What tells owners of their DAGs, by owner; that for the rest is `others`. */
    readonly alerts: Readonly<Record<string, OwnerAlert>>;
    /** The address of Airflow's pages. */
    readonly airflowUri: pulumi.Output<string>;

    constructor(name: string, given: ComposerEnvironmentArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment);
        const { composer } = args.image;
        const component = `ComposerEnvironment "${name}"`;
        // Made before this component, as it is the environment's own.
        const network = attachment(args.network, args.uses, args.region, composer);
        super(
            "slipway:index:ComposerEnvironment",
            name,
            lasting(args),
            warning(inEnvironment(options, args.crossProject), component, (before) =>
                refuseChange(component, before, args),
            ),
        );
        this.tell(name, args);
        const ready = [
            ...environment.enable(api, ...apis[composer].map(named)),
            ...(network && composer === 3 ? environment.enable("compute.googleapis.com") : []),
            ...encryptionGrants(environment, name, args, api, ...encrypting[composer].map(named)),
        ];
        const child = childrenOf(this, args.transform, { dependsOn: ready });

        this.account = new Account(
            ...child("account", `${name}-run`, {
                accountId: accountId(args.name, "run"),
                displayName: `Runs the DAGs of ${args.name}`,
            }),
        );
        this.bucket = bucketOf(name, args, environment, child);
        const kept = keptSecrets(name, args, this);
        this.secrets = Object.fromEntries(Object.entries(kept).map(([key, { secret }]) => [key, secret]));
        const used = this.use(name, args, kept);
        const plugin = schedulerPlugin(args);
        const ours = filesIn(name, "plugin", plugin.files, { bucket: this.bucket.name }, child);
        const variables = {
            ...used.environment,
            ...databaseVariables(databases(used.attachments), this.account.member, way),
            ...plugin.variables,
        };
        const parts = { account: this.account, bucket: this.bucket, network, variables };
        this.environment = new Composer(
            ...child("environment", name, definition(args, parts, environment.project), {
                protect: environment.defaults.protect,
                deleteBeforeReplace: true,
                dependsOn: [
                    ...this.agents(name, args, environment),
                    this.worker(name, environment, child),
                    ...used.grants,
                    ...Object.values(this.secrets).flatMap(({ version }) => version ?? []),
                    ...Object.values(ours),
                ],
            }),
        );
        const upload = { bucket: this.bucket.name, after: this.environment };
        this.dags = filesIn(name, "dag", args.dags, upload, child);
        this.plugins = { ...ours, ...filesIn(name, "plugin", args.plugins, upload, child) };
        this.data = filesIn(name, "data", args.data, upload, child);
        const monitored = childrenOf(this, args.transform, {
            dependsOn: args.alerts ? environment.enable("monitoring.googleapis.com", "logging.googleapis.com") : [],
        });
        this.alerts = args.alerts ? alertPolicies(name, args.alerts, args, monitored) : {};
        this.airflowUri = this.environment.config.apply((config) => config?.airflowUri ?? "");
        this.registerOutputs({ environment: this.environment, airflowUri: this.airflowUri });
    }

    private tell(name: string, { version, checked, dags, checkDags }: Decided): void {
        const component = `ComposerEnvironment "${name}"`;
        const warning = supportWarning(version);
        if (warning) {
            pulumi.log.warn(`${component}: ${warning}`);
        }
        if (checked) {
            pulumi.log.info(`${component}: ${checked}`);
        } else if (dags !== undefined && checkDags === false) {
            pulumi.log.info(`${component}: dags: DAG files were not checked, as checkDags is false.`);
        }
    }

    /** Grants what DAGs use, what they read from Secret Manager, and the bucket of the snapshots. */
    private use(
        name: string,
        { uses, snapshots }: Decided,
        kept: ReturnType<typeof keptSecrets>,
    ): Used<CloudSqlClient> {
        // What has no value makes no variable.
        const silent = ({ grants }: Pick<Capability, "grants">) => ({ grants, attachments: [] });
        const secrets = Object.entries(kept).map(([key, { uses: accessor }]) => [key, silent(accessor)] as const);
        const all = {
            ...uses,
            ...Object.fromEntries(secrets),
            ...(snapshots ? { "snapshots.bucket": silent(snapshots.bucket.writer) } : {}),
        };
        return use<CloudSqlClient>(name, all, this.account.member, { parent: this });
    }

    /**
     * Composer's own account may manage environments, and in Composer 2 let the pods of the environment act as its account, before there
     * is one.
     */
    private agents(name: string, { image, crossProject }: Decided, environment: Environment): pulumi.Resource[] {
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

    /** What the account of an environment needs is a role for nothing smaller than a project ("Access control with IAM"). */
    private worker(name: string, { project }: Environment, child: Child): pulumi.Resource {
        return new IAMMember(
            ...child("grant", `${name}-run-worker`, {
                project,
                role: "roles/composer.worker",
                member: this.account.member,
            }),
        );
    }
}

/** "Use a custom environment's bucket": in the region, of the class Standard, without a retention. */
function bucketOf(name: string, args: Decided, { project, defaults }: Environment, child: Child): Bucket {
    return new Bucket(
        ...child(
            "bucket",
            name,
            {
                name: bucketName(`${project}-${args.name}-composer`),
                location: args.region,
                uniformBucketLevelAccess: true,
                publicAccessPrevention: "enforced",
                // The environment writes logs to it as long as it is there.
                forceDestroy: true,
                encryption: args.encryptionKey === undefined ? undefined : { defaultKmsKeyName: args.encryptionKey },
                labels: args.labels,
            },
            { protect: defaults.protect },
        ),
    );
}
