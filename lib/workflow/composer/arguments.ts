import type { EnvironmentArgs } from "@pulumi/gcp/composer/environment";
import type { AlertPolicyArgs } from "@pulumi/gcp/monitoring/alertPolicy";
import type { NotificationChannelArgs } from "@pulumi/gcp/monitoring/notificationChannel";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { type CloudSqlClient, mountableCapability, type Uses } from "../../identity/capability";
import { encryptionKeyIn } from "../../identity/encryption";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import type { Duration } from "../../internal/duration";
import { duration } from "../../internal/duration";
import { folder } from "../../internal/files";
import { labels } from "../../internal/labels";
import { region } from "../../internal/places";
import type { Network } from "../../network";
import { webServerAccess } from "./access";
import { airflowOptions } from "./airflow";
import { alerts, type ComposerAlerts } from "./alerts";
import { type AirflowConnection, connections, variables } from "./backend";
import { type ComposerMaintenance, maintenance } from "./maintenance";
import { type ComposerRanges, composerNetwork, type ExistingComposerNetwork, ranges } from "./network";
import { packages } from "./packages";
import { type AirflowPool, pools } from "./pools";
import { type ComposerSnapshots, snapshots } from "./snapshots";
import { airflowVariable } from "./variables";
import { type ImageVersion, imageVersion } from "./versions";
import { type ComposerSize, type ComposerWorkloads, workloads } from "./workloads";

/** The arguments of a {@link ComposerEnvironment}. */
export interface ComposerEnvironmentArgs extends ComponentArgs, check.AllowUnlistedArgs {
    /**
     * The {@link https://docs.cloud.google.com/composer/docs/composer-versions image}: `composer-3-airflow-2.11.1` for the newest build of that Airflow, `composer-3-airflow-2.11.1-build.14` for one build,
     * `composer-2.17.9-airflow-2.11.1` for Composer 2. One whose support has ended, a year after its release, or ends within 90 days
     * brings a warning. A later image upgrades the environment; an earlier one, or another generation, is refused at preview.
     * @default "composer-3-airflow-2.11.1"
     */
    version?: ImageVersion;
    /**
     * How large what Google manages is, and what `workloads` leave open: `extra-large` is of Composer 3 alone ("Scale environments").
     * @default "small"; "medium" in production
     */
    size?: ComposerSize;
    /**
     * Whether it stays when a zone fails: with two schedulers, workers and so on, and a database with a standby ("Set up highly resilient
     * environments"). Changing it makes no other environment. Back to "standard" takes two updates: one with the numbers of `workloads` that
     * "high" needs, which another without is refused for at preview, and one with fewer.
     * @default "standard"; "high" in production
     */
    resilience?: "standard" | "high";
    /**
     * How many schedulers, workers and so on there are, and how large each is.
     * @default by the size
     */
    workloads?: ComposerWorkloads;
    /**
     * The folder of the DAG files, seen from the program's working folder: each is an object of its own in the environment's bucket, and one
     * that is removed is deleted. What its `.gcloudignore` names is left out; what its `.airflowignore` names is there and not looked at by
     * Airflow. The files are checked when the program is previewed.
     * @default no DAGs
     */
    dags?: string;
    /**
     * Whether DAG files are checked, by the Python that `SLIPWAY_PYTHON` names or `python3`: that they parse, import what is installed, have
     * each an id of their own and make no cycle. Where it has Airflow, that loads them as well.
     * @default true
     */
    checkDags?: boolean;
    /**
     * The folder of Airflow's plugins, as the DAGs.
     * @default no plugins
     */
    plugins?: string;
    /**
     * A folder that DAGs read under `/home/airflow/gcs/data`, as the DAGs.
     * @default nothing
     */
    data?: string;
    /**
     * Packages of PyPI beside those of the image, with their extras and versions as pip writes them: `{ "scikit-learn": "==1.5.2" }`, `""`
     * for any. What no version of Airflow's own requirements allows is refused, as the environment would fail after half an hour.
     * @default none
     */
    packages?: Record<string, string>;
    /**
     * Whether packages are installed without the internet, from a repository in the network ("Install Python dependencies"); of Composer 3
     * alone.
     * @default false
     */
    privateBuilds?: boolean;
    /**
     * Environment variables of DAGs that are not secret: a text is refused for one whose name ends with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`. A change updates the environment, which takes minutes.
     * @default none but those of `uses`
     */
    environment?: Record<string, pulumi.Input<string>>;
    /**
     * What is overridden of `airflow.cfg`, by section and option: `{ "core-max_active_runs_per_dag": "1" }`. What Composer sets itself is
     * refused ("Airflow configurations").
     * @default nothing
     */
    airflow?: Record<string, string>;
    /**
     * What DAGs may do with other components, by the environment variable that tells them of each: buckets, topics, databases by their
     * address, clusters by `cluster.developer` for pods. A secret is told by its `accessor`.
     * @default nothing
     */
    uses?: Uses<CloudSqlClient>;
    /**
     * Airflow's connections by their ids, kept in Secret Manager, which Airflow asks before its own database.
     * @default none
     */
    connections?: Record<string, AirflowConnection>;
    /**
     * Airflow's variables by their keys, kept there as well. A text is refused for one that is named as a secret is.
     * @default none
     */
    variables?: Record<string, pulumi.Input<string>>;
    /**
     * Airflow's pools by their names, set by a plugin in the scheduler within a minute. Those that are taken away are
     * deleted, the last of them with `{}`.
     * @default none but `default_pool`
     */
    pools?: Record<string, AirflowPool>;
    /**
     * Who is told when a run of a DAG fails or is late, by the owner that the DAG names.
     * @default nobody
     */
    alerts?: ComposerAlerts;
    /**
     * From which ranges of addresses, IPv4 or IPv6, Airflow's pages are reached by those who have a role for it, or `"everywhere"`. All
     * addresses as a range, `0.0.0.0/0`, are refused.
     * @default private addresses alone, which nobody on the internet has
     */
    webServerAccess?: string[] | "everywhere";
    /**
     * Whether Airflow reaches the internet by itself, with addresses there.
     * @default false: it reaches Google's APIs, and what its network reaches
     */
    internetAccess?: boolean;
    /**
     * The network that DAGs reach, with a subnet in the environment's region.
     * @default that of the databases in `uses`; without such none in Composer 3, and the environment's own, `Network.shared()`, in Composer 2
     */
    network?: Network | ExistingComposerNetwork;
    /** The ranges of addresses that the environment takes. */
    ranges?: ComposerRanges;
    /**
     * When Google may maintain the environment.
     * @default from midnight to 4:00 UTC on Fridays, Saturdays and Sundays, as Composer decides
     */
    maintenance?: ComposerMaintenance;
    /**
     * When the state of Airflow is saved, and to which bucket.
     * @default never
     */
    snapshots?: ComposerSnapshots;
    /**
     * How long Airflow's database keeps what is over: `"30 days"` to `"730 days"` ("Configure database retention policy").
     * @default as Composer decides
     */
    databaseRetention?: Duration;
    /**
     * The Cloud KMS key with which the environment and its bucket are encrypted, in the environment's region. Another one makes another
     * environment ("Use customer-managed encryption keys").
     * @default Google's own keys
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * The region. Another one makes another environment.
     * @default the environment's region, where the stack is
     */
    region?: string;
    /**
     * The environment's name in its project and region: up to 63 lower-case letters, digits and hyphens, starting with a letter. Another one
     * makes another environment.
     * @default the component's name
     */
    name?: string;
    /**
     * Labels of the environment and its bucket: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
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

/** "Create environments": the form of an environment's name. */
export const environmentName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const nameRule =
    "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen";

/**
 * Checks each argument by itself.
 *
 * @param place the region of the environment, where its key is to be
 */
export const composerArgs = (place: string) =>
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
        environment: check.record(airflowVariable, check.input(check.text())),
        airflow: airflowOptions,
        uses: check.record(airflowVariable, mountableCapability(["cloud-sql"])),
        connections,
        variables,
        pools,
        alerts,
        webServerAccess,
        internetAccess: check.flag(),
        network: composerNetwork,
        ranges,
        maintenance,
        snapshots,
        databaseRetention: duration("30 days", "730 days"),
        encryptionKey: encryptionKeyIn(place, "the environment"),
        region,
        name: check.matching(environmentName, nameRule),
        labels,
        transform: transforms("environment", "bucket", "account", "dag", "plugin", "data", "alert", "channel"),
        ...check.allowUnlistedArgs,
        ...componentArgs,
    });
