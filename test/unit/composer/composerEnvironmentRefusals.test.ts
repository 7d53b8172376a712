import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, ComposerEnvironment, Network, Secret } from "slipway";
import type { ImageVersion } from "slipway/composer";
import type { CloudSqlClient } from "slipway/iam";
import { iamClient, routeBy } from "../databaseClient";
import { folderOf } from "../folders";
import { problemsIn, refused, registered, told } from "../registered";

const second = { version: "composer-2.17.9-airflow-2.11.1" };
const clear =
    "Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").";

/** The date of the tests: some images are out of support then, and others not. */
beforeEach(() => {
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-21T00:00:00Z"));
});
afterEach(() => {
    jest.restoreAllMocks();
});

/** The arguments, each with its error after the component's name. */
const wrong: [string, object, ...string[]][] = [
    // Unknown sizes and images.
    ["an unknown size", { size: "huge" }, 'size: must be one of small, medium, large, extra-large (got "huge").'],
    [
        "an image of Composer 1",
        { version: "composer-1.20.12-airflow-1.10.15" },
        'version: must be an image of Composer 3 or 2 such as composer-3-airflow-2.11.1 or composer-2.17.9-airflow-2.11.1 (got "composer-1.20.12-airflow-1.10.15").',
    ],
    [
        "an Airflow that Composer never had",
        { version: "composer-3-airflow-2.10.4" },
        'version: must have an Airflow that Composer 3 has: 2.7.3, 2.9.1, 2.9.3, 2.10.2, 2.10.5, 2.11.1, 3.1.0, 3.1.7, 3.1.8, 3.2.2, 3.3.1 (got "composer-3-airflow-2.10.4"). If Google Cloud added it since, update slipway or set allowUnlisted: true.',
    ],
    [
        "Airflow 3 in Composer 2",
        { version: "composer-2.17.9-airflow-3.1.8" },
        'version: must have an Airflow that Composer 2 has: 2.9.3, 2.10.2, 2.10.5, 2.11.1 (got "composer-2.17.9-airflow-3.1.8"). If Google Cloud added it since, update slipway or set allowUnlisted: true.',
    ],
    [
        "a build that is not listed",
        { version: "composer-3-airflow-2.11.1-build.99" },
        'version: must be an image that Composer 3 has, such as composer-3-airflow-2.11.1 (got "composer-3-airflow-2.11.1-build.99"). If Google Cloud added it since, update slipway or set allowUnlisted: true.',
    ],
    [
        "a release of Composer 2 that is not listed",
        { version: "composer-2.99.0-airflow-2.11.1" },
        'version: must be an image that Composer 2 has, such as composer-2.17.10-airflow-2.11.1 (got "composer-2.99.0-airflow-2.11.1"). If Google Cloud added it since, update slipway or set allowUnlisted: true.',
    ],
    [
        "an invalid image, whatever is allowed",
        { version: "composer-2.17.9-airflow-2.11.1-build.3", allowUnlisted: true },
        'version: must be an image of Composer 3 or 2 such as composer-3-airflow-2.11.1 or composer-2.17.9-airflow-2.11.1 (got "composer-2.17.9-airflow-2.11.1-build.3").',
    ],
    ["the largest size in Composer 2", { ...second, size: "extra-large" }, "size: [composer/size-of-generation]"],
    // Minimums and maximums, and amounts.
    [
        "a maximum of workers below the minimum",
        { workloads: { worker: { scaling: { min: 4, max: 2 } } } },
        "workloads.worker.scaling.min: [range/min-above-max]",
    ],
    [
        "no worker",
        { workloads: { worker: { scaling: { min: 0 } } } },
        "workloads.worker.scaling.min: must be a whole number from 1 to 100 (got 0).",
    ],
    [
        "too many schedulers",
        { workloads: { scheduler: { count: 4 } } },
        "workloads.scheduler.count: [composer/workload-range]",
    ],
    [
        "a CPU of a third",
        { workloads: { worker: { cpu: 3, memory: "8 GB" } } },
        "workloads.worker.cpu: [composer/workload-cpu-step]",
    ],
    [
        "more memory than its CPU has",
        { workloads: { worker: { cpu: 0.5, memory: "8 GB" } } },
        "workloads.worker.memory: [composer/workload-memory-of-cpu]",
    ],
    [
        "less memory than its CPU needs",
        { workloads: { worker: { cpu: 4, memory: "3.75 GB" } } },
        "workloads.worker.memory: [composer/workload-memory-of-cpu]",
    ],
    [
        "a CPU of Composer 2 between two quarters",
        { ...second, workloads: { worker: { cpu: 0.8, memory: "2 GB" } } },
        "workloads.worker.cpu: [composer/workload-cpu-step]",
    ],
    ...["2", -1, Number.POSITIVE_INFINITY].map((cpu): (typeof wrong)[number] => [
        `a CPU of ${JSON.stringify(cpu)}`,
        { workloads: { worker: { cpu } } },
        `workloads.worker.cpu: must be a number (got ${typeof cpu === "string" ? `"${cpu}"` : cpu}).`,
    ]),
    [
        "memory between two steps",
        { workloads: { worker: { memory: "2.1 GB" } } },
        "workloads.worker.memory: [composer/workload-memory-step]",
    ],
    [
        "a disk of one and a half GB",
        { workloads: { worker: { diskSize: "1.5 GB" } } },
        "workloads.worker.diskSize: [composer/workload-disk-step]",
    ],
    ["no CPU", { workloads: { worker: { cpu: 0 } } }, "workloads.worker.cpu: [composer/workload-range]"],
    [
        "a web server that is too small",
        { workloads: { webServer: { cpu: 0.5 } } },
        "workloads.webServer.cpu: [composer/workload-range]",
    ],
    [
        "a disk of Composer 3 in Composer 2",
        {
            ...second,
            network: {
                network: "projects/acme-dev/global/networks/apps",
                subnet: "projects/acme-dev/regions/europe-west1/subnetworks/apps",
            },
            workloads: { worker: { diskSize: "20 GB" } },
        },
        "workloads.worker.diskSize: [composer/workload-range]",
    ],
    [
        "processors of DAG files in Composer 2",
        { ...second, workloads: { dagProcessor: { count: 2 } } },
        "workloads.dagProcessor: [composer/dag-processor-of-generation]",
    ],
    [
        "a highly resilient environment with only one replica of a workload",
        {
            resilience: "high",
            workloads: {
                scheduler: { count: 1 },
                triggerer: { count: 1 },
                worker: { scaling: { min: 1 } },
                dagProcessor: { count: 1 },
            },
        },
        "workloads.scheduler.count: [composer/workload-count-with-resilience]",
        "workloads.dagProcessor.count: [composer/workload-count-with-resilience]",
        "workloads.triggerer.count: [composer/workload-count-with-resilience]",
        "workloads.worker.scaling.min: [composer/workload-count-with-resilience]",
    ],
    [
        "too little memory for the web server of this Airflow version",
        { workloads: { webServer: { memory: "2 GB" } } },
        "workloads.webServer.memory: [composer/workload-memory-of-airflow]",
    ],
    [
        "too little memory for a triggerer of Airflow 3",
        { version: "composer-3-airflow-3.3.1", workloads: { triggerer: { memory: "1 GB" } } },
        "workloads.triggerer.memory: [composer/workload-memory-of-airflow]",
    ],
    [
        "private builds in Composer 2",
        { ...second, privateBuilds: true },
        "privateBuilds: [composer/private-builds-of-generation]",
    ],
    // Packages.
    [
        "a version that conflicts with Airflow",
        { packages: { sqlalchemy: "==2.0.30" } },
        "packages.sqlalchemy: [composer/package-clashes-with-airflow]",
    ],
    [
        "a range outside of Airflow's, by another spelling",
        { packages: { universal_pathlib: "[gcs]>=0.3.1" } },
        "packages.universal_pathlib: [composer/package-clashes-with-airflow]",
    ],
    [
        "a version that Airflow excludes",
        { packages: { tenacity: "==8.2.0" } },
        "packages.tenacity: [composer/package-clashes-with-airflow]",
    ],
    [
        "a version that is older than Airflow's package for Google Cloud requires",
        { packages: { "google-cloud-storage": "==1.44.0" } },
        "packages.google-cloud-storage: [composer/package-clashes-with-airflow]",
    ],
    [
        "another Airflow",
        { packages: { "apache-airflow": "==2.10.5" } },
        "packages.apache-airflow: [composer/package-is-airflow]",
    ],
    ["an empty range", { packages: { xgboost: ">=3,<2" } }, "packages.xgboost: [composer/package-allows-no-version]"],
    [
        "a duplicate package",
        { packages: { "scikit-learn": "", scikit_learn: "" } },
        "packages.scikit_learn: [composer/package-twice]",
    ],
    [
        "a package in capitals",
        { packages: { PyYAML: "" } },
        'packages.PyYAML: the name of a package must have lower-case letters, digits, -, _ and ., and start and end with a letter or digit (got "PyYAML").',
    ],
    [
        "a version that pip does not know",
        { packages: { xgboost: "latest" } },
        'packages.xgboost: must be a version specifier of pip, such as "==1.5.2", "[gcp]>=2,<3", or "" for any (got "latest").',
    ],
    // Airflow options.
    [
        "an option that Composer sets",
        { airflow: { "core-dags_folder": "/dags" } },
        'airflow.core-dags_folder: is reserved by Composer and cannot be overridden (got "core-dags_folder").',
    ],
    [
        "a whole section that it sets",
        { airflow: { "cli-api_client": "x" } },
        'airflow.cli-api_client: is reserved by Composer and cannot be overridden (got "cli-api_client").',
    ],
    [
        "an option without its section",
        { airflow: { parallelism: "4" } },
        'airflow.parallelism: must be a section and an option of airflow.cfg such as core-max_active_runs_per_dag (got "parallelism").',
    ],
    [
        "an option outside of the limits of Composer 3",
        { airflow: { "celery-worker_concurrency": "25", "core-min_file_process_interval": "29" } },
        "airflow.celery-worker_concurrency: [composer/airflow-option-range]",
        "airflow.core-min_file_process_interval: [composer/airflow-option-range]",
    ],
    [
        "an option with a limit and no value",
        { airflow: { "core-dagbag_import_timeout": " " } },
        "airflow.core-dagbag_import_timeout: [composer/airflow-option-range]",
    ],
    [
        "a backend beside that of variables",
        { variables: { a: "b" }, airflow: { "secrets-backend": "x.Y" } },
        "airflow.secrets-backend: [composer/airflow-option-reserved]",
    ],
    // Variables.
    [
        "a variable that Composer sets",
        { env: { GCS_BUCKET: "x" } },
        'env.GCS_BUCKET: is reserved by Composer (got "GCS_BUCKET"). Choose another name.',
    ],
    [
        "a variable that overrides Airflow",
        { env: { AIRFLOW__CORE__PARALLELISM: "4" } },
        'env.AIRFLOW__CORE__PARALLELISM: would override Airflow\'s configuration (got "AIRFLOW__CORE__PARALLELISM"). Set it in airflow, such as core-max_active_runs_per_dag.',
    ],
    [
        "a variable that contains an option of Airflow",
        { env: { MY_AIRFLOW__CORE__PARALLELISM: pulumi.output("4") } },
        'env.MY_AIRFLOW__CORE__PARALLELISM: would override Airflow\'s configuration (got "MY_AIRFLOW__CORE__PARALLELISM"). Set it in airflow, such as core-max_active_runs_per_dag.',
    ],
    [
        "a variable of one letter, beside one whose value is known later",
        { env: { A: "b", SALES: pulumi.output("x") } },
        'env.A: an environment variable\'s name must have at least two characters, only letters, digits and _, and not start with a digit (got "A").',
    ],
    [
        "a variable that is also in uses",
        { env: { SALES: "x" }, uses: { SALES: { value: "a", grants: [], attachments: [] } } },
        "env.SALES: [composer/env-also-in-uses]",
    ],
    ["a secret as a plain variable", { env: { API_KEY: "canary" } }, "env.API_KEY: [composer/secret-in-env]"],
    [
        "a password in a connection",
        { connections: { warehouse: "postgres://etl:canary@10.0.0.3/sales" } },
        `connections.warehouse: must be a URI such as "google-cloud-platform://" without a password, a secret output with one, or a Secret. ${clear}`,
    ],
    ...[
        "https://h/x?token=canary",
        '{"extra": {"private_key": "canary"}}',
        "gcp://?extra=%7B%22keyfile_dict%22%3A%22canary",
        "gcp://?extra__google_cloud_platform__keyfile_dict=canary",
        "https://h/x?a=b&Password=canary",
    ].map((warehouse): (typeof wrong)[number] => [
        `a secret in the text ${warehouse.slice(0, 9)} of a connection`,
        { connections: { warehouse } },
        `connections.warehouse: must be a URI such as "google-cloud-platform://" without a password, a secret output with one, or a Secret. ${clear}`,
    ]),
    ...["10.0.0.3/canary", "canary", "", 7, ["http://canary"]].map((warehouse): (typeof wrong)[number] => [
        `a connection ${JSON.stringify(warehouse)} that is not a URI`,
        { connections: { warehouse } },
        `connections.warehouse: must be a URI such as "google-cloud-platform://" without a password, a secret output with one, or a Secret. ${clear}`,
    ]),
    [
        "a secret as the text of a variable of Airflow",
        { variables: { api_token: "canary" } },
        "variables.api_token: [composer/secret-in-variables]",
    ],
    [
        "a connection ID that is invalid for a secret",
        { connections: { "ware house": "http://x" } },
        'connections.ware house: must have up to 100 letters, digits, - and _, because the name of its secret ends with it (got "ware house").',
    ],
    // Pools.
    ["a pool without slots", { pools: { scoring: {} } }, "pools.scoring.slots: is missing."],
    // Alerts.
    [
        "an alert without a channel",
        { alerts: { others: {} } },
        "alerts.others: must have one of email, slack, pagerDuty, pubSub, webhook, channels (got {}).",
    ],
    [
        "a token in the program",
        { alerts: { owners: { data: { slack: { channel: "#data", token: "canary" } } } } },
        `alerts.owners.data.slack.token: must not be in the source code as plain text. ${clear}`,
    ],
    [
        "an owner with a reserved name",
        { alerts: { owners: { others: { email: "data@acme.com" } } } },
        "alerts.owners.others: [composer/owner-others-reserved]",
    ],
    // All addresses, and none.
    ...["nowhere", "2001:db8::/129"].map((range): (typeof wrong)[number] => [
        `the range ${range}`,
        { webServerAccess: [range] },
        `webServerAccess.0: must be an address or a range, such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32 (got "${range}").`,
    ]),
    ["no range", { webServerAccess: [] }, "webServerAccess: must have a range (got [])."],
    [
        "a range twice",
        { webServerAccess: ["203.0.113.0/24", "203.0.113.0/24"] },
        "webServerAccess: must not have duplicate ranges (got",
    ],
    [
        "all addresses",
        { webServerAccess: ["0.0.0.0/0"] },
        'webServerAccess.0: allows every address of the internet (got "0.0.0.0/0"). Name the ranges of the users, or set "everywhere".',
    ],
    [
        "a range with host bits",
        { webServerAccess: ["203.0.113.5/24"] },
        'webServerAccess.0: must start at the first address of its block, 203.0.113.0/24 (got "203.0.113.5/24").',
    ],
    // Ranges.
    [
        "a range that is too small",
        { ranges: { internal: "10.9.0.0/24" } },
        'ranges.internal: must have a prefix from /20 to /20 (got "10.9.0.0/24").',
    ],
    [
        "ranges of Composer 2 in Composer 3",
        { ranges: { pods: "10.64.0.0/17" } },
        "ranges.pods: [composer/range-of-other-generation]",
    ],
    [
        "a named range in Composer 3",
        { network: { network: "apps", subnet: "apps", pods: "airflow-pods" } },
        "network.pods: [composer/named-range-of-other-generation]",
    ],
    [
        "a named range and a range",
        {
            ...second,
            network: { network: "apps", subnet: "apps", pods: "airflow-pods" },
            ranges: { pods: "10.64.0.0/17" },
        },
        "network.pods: [composer/named-range-with-range]",
    ],
    [
        "one named range for pods and Services",
        { ...second, network: { network: "apps", subnet: "apps", pods: "airflow", services: "airflow" } },
        "network.services: [composer/named-ranges-equal]",
    ],
    [
        "a named range that is no name",
        { ...second, network: { network: "apps", subnet: "apps", pods: "10.64.0.0/17" } },
        "network.pods: must have",
    ],
    [
        "ranges that overlap",
        { ...second, ranges: { pods: "10.64.0.0/17", services: "10.64.4.0/22" } },
        "ranges.services: [composer/ranges-overlap]",
    ],
    [
        "a control plane range without private nodes",
        { ...second, ranges: { controlPlane: "172.17.0.0/28" } },
        'ranges.controlPlane: must have no address of 172.17.0.0/16, which machines have for themselves (got "172.17.0.0/28").',
    ],
    // Maintenance.
    [
        "too little time for maintenance",
        { maintenance: { window: { start: "01:00", duration: "6 hours", days: ["sunday"] } } },
        "maintenance.window: [composer/maintenance-too-short]",
    ],
    [
        "an invalid hour",
        { maintenance: { window: { start: "24:00", days: ["sunday", "monday", "friday"] } } },
        'maintenance.window.start: must be a full hour in UTC such as 02:00 (got "24:00").',
    ],
    [
        "a window with a part of an hour",
        { maintenance: { window: { start: "01:00", duration: "270 minutes" } } },
        'maintenance.window.duration: must be whole hours (got "270 minutes").',
    ],
    [
        "half a day in the retention",
        { databaseRetention: "732 hours" },
        'databaseRetention: must be whole days (got "732 hours").',
    ],
    [
        "an unsupported time zone of snapshots",
        { snapshots: { schedule: { cron: "0 2 * * *", timeZone: "Europe/Berlin" } } },
        "snapshots.bucket: is missing.",
        'snapshots.schedule.timeZone: must be an offset from UTC-12 to UTC+12 such as UTC+1 (got "Europe/Berlin").',
    ],
    [
        "a key of another region",
        { encryptionKey: "projects/acme-dev/locations/us-east1/keyRings/data/cryptoKeys/scoring" },
        "encryptionKey: must be in europe-west1, as the environment is",
    ],
    [
        "a name that is too long",
        { name: "s".repeat(64) },
        "name: must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
    ],
    ["a missing folder", { dags: "./nowhere" }, "dags: is not a folder: "],
    // An unknown option.
    ["an unknown option", { dag: "./dags" }, 'dag: unknown option "dag"; did you mean "dags"?'],
    ["an invalid network", { network: "apps" }, "network: must be a Network, or an object such as"],
];

test.each(wrong)("%s is refused", async (_, args, ...reasons) => {
    const message = await told(
        () => new ComposerEnvironment("scoring", args as object),
        {},
        // The resources of the environment for all components remain.
        [],
    );
    const lines = problemsIn({ message }).split("\n");
    for (const reason of reasons) {
        expect(lines).toContainEqual(expect.stringContaining(`ComposerEnvironment "scoring": ${reason}`));
    }
    expect(message).not.toContain("canary");
});

test.each(["My Scoring", "1st", "scoring-"])(
    "a component %s needs another name for its environment",
    async (component) => {
        expect(await refused(() => new ComposerEnvironment(component))).toBe(
            `ComposerEnvironment "${component}": name: [composer/name-missing]`,
        );
    },
);

test("two environments with the same name in a region are refused", async () => {
    let message = "";
    await registered(() => {
        new ComposerEnvironment("scoring");
        new ComposerEnvironment("other", { name: "scoring", region: "europe-west3" });
        try {
            new ComposerEnvironment("nightly", { name: "scoring" });
        } catch (error) {
            message = problemsIn(error as Error);
        }
    });
    expect(message).toBe('ComposerEnvironment "nightly": name: [composer/name-taken]');
});

const past = (end: string) => `ended on ${end}: Composer creates no environments with it.`;

test.each<[ImageVersion, string | undefined]>([
    ["composer-3-airflow-2.10.5-build.15", `${past("2026-09-30")} Upgrade to composer-3-airflow-2.11.1.`],
    // Builds before July 2025 are supported until that day a year later.
    ["composer-3-airflow-2.10.5-build.3", `${past("2026-07-01")} Upgrade to composer-3-airflow-2.11.1.`],
    ["composer-2.13.2-airflow-2.10.5", `${past("2026-05-26")} Upgrade to composer-2.17.10-airflow-2.11.1.`],
    ["composer-3-airflow-2.9.1", `${past("2025-10-08")} Upgrade to composer-3-airflow-2.11.1.`],
    ["composer-3-airflow-2.10.5-build.22", "ends on 2026-12-09. Upgrade to composer-3-airflow-2.11.1 before."],
    ["composer-2.16.0-airflow-2.9.3", "ends on 2026-12-09. Upgrade to composer-2.17.10-airflow-2.11.1 before."],
    ["composer-3-airflow-2.11.1-build.14", undefined],
    ["composer-3-airflow-2", undefined],
])("%s is deployed, with a warning if its support has ended or ends soon", async (version, what) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    await registered(() => new ComposerEnvironment("scoring", { version }));
    expect(warn.mock.calls).toEqual(
        what ? [[`ComposerEnvironment "scoring": version: the support of ${version} ${what}`]] : [],
    );
});

test.each<[ImageVersion, string, string | undefined]>([
    ["composer-3-airflow-2.11.1-build.14", "2027-05-06T23:59:59.999Z", undefined],
    ["composer-3-airflow-2.11.1-build.14", "2027-05-07", "ends on 2027-08-05. "],
    ["composer-2.17.9-airflow-2.11.1", "2027-08-04", "ends on 2027-08-05. "],
    ["composer-2.17.9-airflow-2.11.1", "2027-08-05", "ended on 2027-08-05: "],
    // An image without a build is the newest one of its Airflow.
    ["composer-3-airflow-2.11.1", "2027-08-05", undefined],
    ["composer-3-airflow-2.11.1", "2030-01-01", undefined],
])("the support of %s on %s", async (version, day, what) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    jest.spyOn(Date, "now").mockReturnValue(Date.parse(day));
    await registered(() => new ComposerEnvironment("scoring", { version }));
    const texts = warn.mock.calls.map(([text]) => text).filter((text) => text.includes("the support of"));
    expect(texts).toEqual(what ? [expect.stringContaining(`the support of ${version} ${what}`)] : []);
});

test("an image is out of support from that day on", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const made = () => new ComposerEnvironment("scoring", { version: "composer-3-airflow-2.10.5-build.22" });
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-09-09"));
    await registered(made);
    expect(warn).not.toHaveBeenCalled();
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-12-08T23:59:00Z"));
    await registered(made);
    expect(warn.mock.calls.at(-1)?.[0]).toContain("ends on 2026-12-09");
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-12-09"));
    await registered(made);
    expect(warn.mock.calls.at(-1)?.[0]).toContain("ended on 2026-12-09");
});

test.each([
    ["composer-3-airflow-2.11.1-build.99", []],
    ["composer-3-airflow-2.11-build.99", []],
    ["composer-2.99.0-airflow-2.11.1", []],
    [
        "composer-3-airflow-3.9.0",
        ["version: Airflow 3.9.0 is not listed in this release, so that packages are not checked against it."],
    ],
])("%s is deployed with a warning if the program allows unlisted values", async (version, more) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const args = { version: version as ImageVersion, allowUnlisted: true };
    const made = await registered(() => new ComposerEnvironment("scoring", args));
    expect(made["Environment scoring"]).toMatchObject({
        config: { softwareConfig: { imageVersion: version } },
    });
    const [first, ...others] = warn.mock.calls.map(([text]) => text);
    expect(first).toMatch(
        /^ComposerEnvironment "scoring": version: must .* It is passed on because of allowUnlisted\.$/,
    );
    expect(others).toEqual(more.map((text) => `ComposerEnvironment "scoring": ${text}`));
});

test("files with the names of generated files are refused", async () => {
    const plugins = folderOf({ "slipway_plugin.py": "", "slipway_plugin.json": "{}" });
    expect(await refused(() => new ComposerEnvironment("scoring", { plugins, pools: {} }))).toBe(
        Array(2).fill('ComposerEnvironment "scoring": plugins: [composer/plugin-reserved]').join("\n"),
    );
});

test("a network without a subnet in the region, or with the environment's own addresses, is refused", async () => {
    let message = "";
    await registered(() => {
        const far = new Network("far", { subnets: { far: { range: "100.64.128.0/24", region: "us-east1" } } });
        try {
            new ComposerEnvironment("scoring", { network: far });
        } catch (error) {
            message = problemsIn(error as Error);
        }
    });
    expect(message).toBe(
        [
            'ComposerEnvironment "scoring": network: [place/subnet-missing]',
            'ComposerEnvironment "scoring": ranges.internal: [composer/ranges-overlap]',
        ].join("\n"),
    );
});

test("Composer 2 in another region than the stack needs a network", async () => {
    expect(
        await refused(() => new ComposerEnvironment("scoring", { ...second, region: "europe-west3" } as object)),
    ).toBe('ComposerEnvironment "scoring": network: [place/shared-network-region]');
});

test("memory below the minimum is refused once", async () => {
    const workloads = { triggerer: { cpu: 0.5, memory: "0.5 GB" } } as const;
    expect(await refused(() => new ComposerEnvironment("scoring", { workloads }))).toBe(
        'ComposerEnvironment "scoring": workloads.triggerer.memory: [composer/workload-range]',
    );
});

test("databases in two networks, or in another network than the environment's, are refused", async () => {
    const messages: string[] = [];
    const attempt = (make: () => unknown) => {
        try {
            make();
        } catch (error) {
            messages.push(problemsIn(error as Error));
        }
    };
    await registered(() => {
        const [one, other] = [new Network("one"), new Network("other")];
        const uses = {
            SALES: new CloudSqlInstance("sales", { network: one }).client,
            STOCK: new CloudSqlInstance("stock", { network: other }).client,
        };
        attempt(() => new ComposerEnvironment("scoring", { uses }));
        attempt(() => new ComposerEnvironment("scoring", { uses: { SALES: uses.SALES }, network: other }));
        const near = { ...uses, STOCK: new CloudSqlInstance("near", { network: one }).client };
        attempt(() => new ComposerEnvironment("scoring", { uses: near }));
        attempt(() => new ComposerEnvironment("nightly", { uses: near, network: one }));
    });
    expect(messages).toEqual([
        'ComposerEnvironment "scoring": uses.STOCK: [composer/databases-in-several-networks]',
        'ComposerEnvironment "scoring": network: [composer/network-of-other-database]',
    ]);
});

test.each<[string, Partial<CloudSqlClient>, string]>([
    [
        "whose network has no subnet in the region",
        { route: { ...routeBy(), subnetworkIn: () => undefined } },
        "composer/network-without-subnet",
    ],
    [
        "in an unknown network",
        { addressType: "psc", address: "sales.example.", route: undefined },
        "composer/network-of-database-unknown",
    ],
])("a database %s is refused", async (_, more, id) => {
    const uses = { SALES: iamClient("sales", more) };
    expect(await refused(() => new ComposerEnvironment("scoring", { uses }))).toBe(
        `ComposerEnvironment "scoring": network: [${id}]`,
    );
});

test("a variable of a database is refused if the environment has it already", async () => {
    const uses = { SALES: iamClient("sales") };
    expect(await refused(() => new ComposerEnvironment("scoring", { uses, env: { SALES_INSTANCE: "sales" } }))).toBe(
        'ComposerEnvironment "scoring": env.SALES_INSTANCE: [iam/env-variable-twice]',
    );
});

test("a secret without a value cannot be a connection, and secret files are not supported", async () => {
    const messages: string[] = [];
    await registered(() => {
        const secret = new Secret("warehouse", { external: true });
        for (const args of [
            { connections: { warehouse: secret } },
            { uses: { FILE: secret.file("/secrets/warehouse/text") } },
        ]) {
            try {
                new ComposerEnvironment("scoring", args as object);
            } catch (error) {
                messages.push(problemsIn(error as Error));
            }
        }
    });
    expect(messages).toEqual([
        'ComposerEnvironment "scoring": connections.warehouse: [composer/connection-value-unknown]',
        'ComposerEnvironment "scoring": uses.FILE: needs what cannot be mounted here: secret-file (got { value: "/secrets/warehouse/text", grants: [{ … }], attachments: [{ … }] }).',
    ]);
});

test("a range of the other generation is refused with the generation that has it", async () => {
    const ranged = (args: object) => () => new ComposerEnvironment("scoring", args as object);
    const pods = ranged({ ranges: { pods: "10.64.0.0/17" } });
    expect(await told(pods)).toContain("is only available in Composer 2. Remove it.");
    const internal = ranged({ ...second, ranges: { internal: "10.9.0.0/20" } });
    expect(await told(internal)).toContain("is only available in Composer 3. Remove it.");
});
