import type { EnvironmentArgs } from "@pulumi/gcp/composer/environment";
import type { AlertPolicyArgs } from "@pulumi/gcp/monitoring/alertPolicy";
import type { NotificationChannelArgs } from "@pulumi/gcp/monitoring/notificationChannel";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyIn } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { composerEnvironmentLimits } from "../facts/composerLimits";
import { nameFormats } from "../facts/names";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import { type CloudSqlClient, type Uses, uses } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { type Duration, wholeDays } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { region } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { warn } from "../internal/arguments/trial";
import { type Transform, transforms } from "../internal/engine/children";
import type { NetworkOr } from "../internal/network/networkOf";
import { folder } from "../internal/sources/files";
import type { Alerts } from "../monitoring/alerts/alerts";
import type { AnyBucket } from "../storage";
import { webServerAccess } from "./access";
import { airflowOptions, airflowProblems } from "./airflow";
import { alertProblem, alerts, type ComposerAlerts, ownersWarning, resolveAlerts } from "./alerts";
import { type AirflowConnection, backendProblems, connections, variables, withoutNull } from "./backend";
import { checkDagFiles } from "./files";
import { type ComposerMaintenance, maintenance, maintenanceProblem } from "./maintenance";
import {
    type ComposerNetwork,
    type ComposerRanges,
    composerNetwork,
    networkProblems,
    rangeProblems,
    ranges,
} from "./network";
import { packageProblems, packages } from "./packages";
import { pluginProblems } from "./plugin";
import { type AirflowPool, pools } from "./pools";
import type { DagCheckResult } from "./preflight/dags";
import { type ComposerSnapshots, snapshots } from "./snapshots";
import { airflowVariable, variableProblems } from "./variables";
import { defaultVersion, type Image, type ImageVersion, imageVersion, resolveImage } from "./versions";
import { workloadProblems } from "./workloadLimits";
import {
    type ComposerSize,
    type ComposerWorkloads,
    type ResolvedWorkloads,
    resolveWorkloads,
    workloads,
} from "./workloads";

/** The arguments of a {@link ComposerEnvironment}. */
export interface ComposerEnvironmentArgs extends ComponentArgs, check.InsecureArgs, check.AllowUnlistedArgs {
    /**
     * The {@link https://cloud.google.com/composer/docs/composer-versions image}: `composer-3-airflow-2.11.1` for the newest
     * build of that Airflow version, `composer-3-airflow-2.11.1-build.14` for one build, `composer-2.17.9-airflow-2.11.1` for
     * Composer 2. Preview warns if support of the image, a year from its release, has ended or ends within 90 days. A later
     * image {@link https://cloud.google.com/composer/docs/composer-3/upgrade-environments upgrades} the environment; preview
     * refuses an earlier one, another generation and another major version of Airflow.
     * @default "composer-3-airflow-2.11.1"
     */
    version?: ImageVersion;
    /**
     * The {@link https://cloud.google.com/composer/docs/composer-3/scale-environments size} of the infrastructure that Google
     * manages, which also sets the defaults of `workloads`. `extra-large` needs Composer 3.
     * @default "small"; "medium" in production
     */
    size?: ComposerSize;
    /**
     * `"high"` tolerates a zone failure: with two schedulers, at least two DAG processors and workers, and a database with a
     * standby
     * ({@link https://cloud.google.com/composer/docs/composer-3/set-up-highly-resilient-environments highly resilient environments}).
     * It can change in place. Going back to `"standard"` takes two updates, or preview refuses it: the first keeps the counts
     * that `"high"` needs, the second may reduce them.
     * @default "standard"; "high" in production
     */
    resilience?: "standard" | "high";
    /**
     * The number and the resources of schedulers, workers and other workloads.
     * @default by `size`
     * @example
     * ```ts
     * workloads: { worker: { cpu: 2, memory: "8 GB", scaling: { min: 2, max: 6 } } }
     * ```
     */
    workloads?: ComposerWorkloads;
    /**
     * The folder of the DAG files, relative to the program's working directory. Each file becomes an object in the
     * environment's bucket; removing a file deletes its object. Files listed in `.gcloudignore` are not uploaded; those listed
     * in `.airflowignore` are uploaded, but not loaded by Airflow. Preview checks the files.
     * @default no DAGs
     */
    dags?: string;
    /**
     * Checks DAG files with `python3`, or the Python that `SLIPWAY_PYTHON` names: they must parse, import only installed
     * packages, have unique DAG IDs and task IDs, contain no cycle, and use nothing that the environment's version of Airflow does not have.
     * If that Python has an Airflow of the same major version, it loads the files, too.
     * @default true
     */
    checkDags?: boolean;
    /**
     * The folder of Airflow plugins, uploaded as the DAGs are.
     * @default no plugins
     */
    plugins?: string;
    /**
     * A folder of data files, uploaded as the DAGs are, which DAGs read from `/home/airflow/gcs/data`.
     * @default no data files
     */
    data?: string;
    /**
     * PyPI packages in addition to the packages of the image, with extras and versions in the syntax of pip:
     * `{ "scikit-learn": "==1.5.2" }`, `""` for any version. Preview refuses versions that conflict with the requirements of
     * Airflow, with which the environment fails after half an hour.
     * @default none
     * @example
     * ```ts
     * packages: { "scikit-learn": "==1.5.2", pandas: "" }
     * ```
     */
    packages?: Record<string, string>;
    /**
     * {@link https://cloud.google.com/composer/docs/composer-3/install-python-dependencies Installs packages} without internet
     * access, from a repository in the network. Needs Composer 3.
     * @default false
     */
    privateBuilds?: boolean;
    /**
     * Environment variables of DAGs, which must not be secret: a text is refused if the name ends with `PASSWORD`, `TOKEN`,
     * `KEY` or `SECRET`. A change updates the environment, which takes minutes.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * Overrides of `airflow.cfg`, by section and option: `{ "core-max_active_runs_per_dag": "1" }`. Options that Composer
     * {@link https://cloud.google.com/composer/docs/composer-3/airflow-configurations blocks} are refused.
     * @default none
     * @example
     * ```ts
     * airflow: { "core-max_active_runs_per_dag": "1" }
     * ```
     */
    airflow?: Record<string, string>;
    /**
     * The service account that DAGs run as, a {@link ServiceAccount}. Its roles are granted to all that run as it.
     * @default an account of the environment's own
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * Capabilities of other components, by the environment variable that receives the value: buckets, topics, databases, which
     * are connected by IP address, and clusters with `cluster.developer` for pods. For secrets use `accessor`.
     * @default none
     */
    uses?: Uses<CloudSqlClient>;
    /**
     * Airflow connections by ID, stored in Secret Manager, which Airflow reads before its own database.
     * @default none
     */
    connections?: Record<string, AirflowConnection>;
    /**
     * Airflow variables by key, stored in Secret Manager. A text is refused if the key ends with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`.
     * @default none
     */
    variables?: Record<string, pulumi.Input<string>>;
    /**
     * Airflow pools by name. A scheduler plugin sets them within a minute, and deletes removed ones. To delete all, pass `{}`.
     * @default only `default_pool`
     */
    pools?: Record<string, AirflowPool>;
    /**
     * Sends alerts about the environment and about failed runs to the contacts of {@link Alerts}. An object also alerts about runs that
     * fail or are late by the owner that the DAG names, and changes single signals.
     * @default no alerts
     */
    alerts?: Alerts | ComposerAlerts;
    /**
     * IPv4 and IPv6 ranges from which users with an IAM role can access the Airflow web server, or `"everywhere"`. The range
     * `0.0.0.0/0` is refused.
     * @default only private addresses, so no access from the internet
     */
    webServerAccess?: string[] | "everywhere";
    /**
     * Gives Airflow internet access and public IP addresses.
     * @default false: Airflow reaches Google APIs and its network, and the internet through the Cloud NAT of a {@link Network}
     */
    internetAccess?: boolean;
    /**
     * The network that DAGs can reach, with a subnet in the environment's region.
     * @default the network of the databases in `uses`; without databases, none in Composer 3 and `Network.shared()` in Composer
     * 2
     */
    network?: NetworkOr<ComposerNetwork>;
    /**
     * Reports to the Data Lineage API from where to where tasks move data
     * ({@link https://cloud.google.com/composer/docs/composer-3/lineage-integration data lineage}), and enables that API.
     * @default Composer's: reported if the project has the API when the environment is created
     */
    dataLineage?: boolean;
    /** The IP address ranges of the environment. */
    ranges?: ComposerRanges;
    /**
     * The maintenance windows.
     * @default chosen by Composer: 0:00 to 4:00 UTC on Fridays, Saturdays and Sundays
     */
    maintenance?: ComposerMaintenance;
    /**
     * Scheduled snapshots of the environment.
     * @default none
     */
    snapshots?: check.Short<ComposerSnapshots, AnyBucket>;
    /**
     * The {@link https://cloud.google.com/composer/docs/composer-3/configure-db-retention retention period} of the Airflow
     * database, in whole days: `"30 days"` to `"730 days"`.
     * @default chosen by Composer
     */
    databaseRetention?: Duration;
    /**
     * The {@link https://cloud.google.com/composer/docs/composer-3/configure-cmek-encryption Cloud KMS key}, a `KmsKey` or its ID, that
     * encrypts the environment and its bucket, in the environment's region. Changing this replaces the environment.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * The region of the environment. Changing this replaces the environment.
     * @default the stack's region
     */
    region?: string;
    /**
     * The environment's name in its project and region: up to 63 lower-case letters, digits and hyphens, starting with a
     * letter. Changing this replaces the environment.
     * @default the component's name
     */
    name?: string;
    /**
     * Labels of the environment and its bucket: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the stack's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        environment?: Transform<EnvironmentArgs>;
        bucket?: Transform<BucketArgs>;
        account?: Transform<AccountArgs>;
        dag?: Transform<BucketObjectArgs>;
        plugin?: Transform<BucketObjectArgs>;
        data?: Transform<BucketObjectArgs>;
        alert?: Transform<AlertPolicyArgs>;
        channel?: Transform<NotificationChannelArgs>;
    };
}

const { databaseRetention } = composerEnvironmentLimits.rows;

/**
 * Checks each argument by itself.
 *
 * @param location the region of the environment, which its key must be in
 */
const composerArgs = check.builtOnce((location: string) =>
    check.options<ComposerEnvironmentArgs>({
        version: imageVersion,
        size: check.oneOf("small", "medium", "large", "extra-large"),
        resilience: check.oneOf("standard", "high"),
        workloads,
        dags: folder(),
        checkDags: check.flag(),
        plugins: folder(),
        data: folder(),
        packages,
        privateBuilds: check.flag(),
        env: check.record(airflowVariable, check.input(withoutNull)),
        airflow: airflowOptions,
        account: serviceAccount,
        uses: uses(airflowVariable, "cloud-sql"),
        connections,
        variables,
        pools,
        alerts,
        webServerAccess,
        internetAccess: check.flag(),
        network: composerNetwork,
        dataLineage: check.flag(),
        ranges,
        maintenance,
        snapshots,
        databaseRetention: wholeDays(databaseRetention.min, databaseRetention.max),
        encryptionKey: encryptionKeyIn(location, "the environment"),
        region,
        name: check.nameOf(nameFormats.rows.composerEnvironment),
        labels,
        transform: transforms("environment", "bucket", "account", "dag", "plugin", "data", "alert", "channel"),
        ...check.allowUnlistedArgs,
        ...check.insecureArgs,
        ...componentArgs,
    }),
);

type Defaulted =
    | "version"
    | "size"
    | "resilience"
    | "packages"
    | "env"
    | "airflow"
    | "uses"
    | "connections"
    | "variables"
    | "ranges"
    | "region"
    | "name";

type CheckedArgs = check.Long<ComposerEnvironmentArgs>;

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<CheckedArgs, Defaulted | "workloads" | "alerts">,
        Required<Pick<CheckedArgs, Defaulted>> {
    alerts?: ComposerAlerts;
    image: Image;
    workloads: ResolvedWorkloads;
    /** How the DAG files were checked; undefined without DAGs or with `checkDags: false`. */
    dagCheck?: string;
}

/** The components of each program by the region and name of their environments. */
const componentsByName = new WeakMap<Environment, Map<string, string>>();

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: ComposerEnvironmentArgs, environment: Environment): ResolvedArgs {
    const title = `ComposerEnvironment "${component}"`;
    const argsCheck = composerArgs(String(Object(args).region ?? environment.region));
    const names = componentsByName.get(environment) ?? new Map<string, string>();
    componentsByName.set(environment, names);
    let result: DagCheckResult | undefined;
    const all = check.resolved(
        title,
        args,
        argsCheck,
        (valid) => complete(component, valid, environment),
        (resolved, valid) => {
            result = checkDagFiles(resolved);
            return [nameProblem(resolved, names), ...combinationProblems(resolved, valid), ...(result?.problems ?? [])];
        },
    );
    const warning = ownersWarning(result?.owners ?? [], all.alerts);
    if (warning) {
        warn(`${title}: ${warning}`);
    }
    names.set(`${all.region}/${all.name}`, component);
    return { ...all, dagCheck: result?.summary };
}

/** A name that another environment of the program has: Composer would fail to create the second. */
function nameProblem({ region, name }: ResolvedArgs, names: Map<string, string>): check.Problem | undefined {
    const other = names.get(`${region}/${name}`);
    return check.when(
        other !== undefined,
        "name",
        "composer/name-taken",
        `is the name of ComposerEnvironment "${other}" (got "${name}"). Choose another name.`,
    );
}

function complete(component: string, args: CheckedArgs, environment: Environment): ResolvedArgs {
    const { defaults, region } = environment;
    const all = check.withDefaults(args, {
        version: defaultVersion,
        size: defaults.composerSize,
        resilience: defaults.highAvailability ? "high" : "standard",
        packages: {},
        env: {},
        airflow: {},
        uses: {},
        connections: {},
        variables: {},
        ranges: {},
        region,
        name: shortenName(component.toLowerCase(), nameFormats.rows.composerEnvironment.max),
    });
    const image = resolveImage(all.version) as Image;
    const { workloads = {} } = args;
    const resilient = all.resilience === "high";
    return {
        ...all,
        alerts: resolveAlerts(args.alerts),
        image,
        workloads: resolveWorkloads(workloads, all.size, { composer: image.composer, resilient }),
    };
}

function combinationProblems(all: ResolvedArgs, args: CheckedArgs): (check.Problem | undefined)[] {
    const { image, region, resilience, uses, env, network } = all;
    const { composer } = image;
    return [
        check.when(
            !nameFormats.rows.composerEnvironment.pattern.test(all.name),
            "name",
            "composer/name-missing",
            `is missing, because the component's name is not a valid name: it ${nameFormats.rows.composerEnvironment.rule} (got "${all.name}").`,
        ),
        check.when(
            composer === 2 && all.size === "extra-large",
            "size",
            "composer/size-of-generation",
            'is only available in Composer 3 (got "extra-large"). Use "large".',
        ),
        ...workloadProblems(args.workloads ?? {}, all.workloads, { ...image, resilient: resilience === "high" }),
        ...packageProblems(all.packages, image),
        check.when(
            composer === 2 && all.privateBuilds,
            "privateBuilds",
            "composer/private-builds-of-generation",
            "is only available in Composer 3. Remove it.",
        ),
        ...airflowProblems(all.airflow, image),
        ...variableProblems(env, uses),
        ...backendProblems(all, all.airflow),
        ...networkProblems(network, uses, env, region, composer),
        ...rangeProblems(all.ranges, network, composer),
        maintenanceProblem(all.maintenance),
        all.alerts && alertProblem(all.alerts),
        ...pluginProblems(all),
    ];
}
