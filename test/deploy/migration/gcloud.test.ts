import { readFileSync } from "node:fs";
import { join } from "node:path";
import { equivalents } from "../../../docs/tools/equivalents";
import { Deployment } from "../deployment";
import { Deployed, docs, seconds } from "./deployed";

type Expected = (value: string) => unknown;

interface Command {
    command: string;
    name: string;
    others: string[];
    flags: Record<string, string>;
}

/** The commands of a script: `gcloud run deploy`, `shop`, `{ "--port": "8000" }`. */
function commandsOf(script: string): Command[] {
    const lines = script.replaceAll("\\\n", " ").split("\n");
    return lines.flatMap((line) => {
        const command = known.find((each) => line.startsWith(`${each} `));
        if (command === undefined) {
            expect(line).not.toMatch(/^gcloud /);
            return [];
        }
        const words = line.slice(command.length).trim().split(/\s+/);
        const [name = "", ...others] = words.filter((word) => !word.startsWith("--"));
        const flags = words.flatMap((word) => {
            const [, flag = "", value = "true"] = /^(--[^=]+)(?:=(.*))?$/.exec(word) ?? [];
            return flag ? [[flag, value]] : [];
        });
        return [{ command, name, others, flags: Object.fromEntries(flags) }];
    });
}

const known = [
    "gcloud config set",
    "gcloud services enable",
    ...equivalents(docs, "gcloud").sections.map(({ from }) => from),
];

/** A flag without a value is true. */
const asGiven: Expected = (value) => (value === "true" ? true : value);
const upper = (value: string) => value.toUpperCase().replaceAll("-", "_");

describe("the script of the guide from-gcloud", () => {
    const commands = commandsOf(readFileSync(join(docs, "examples", "migration", "gcloud.sh"), "utf8"));
    const program = Deployment.pages([join("migration", "gcloud.ts")]).byOwner();
    let deployed: Deployed;
    beforeAll(async () => {
        deployed = await Deployed.by(program);
    });
    afterAll(() => program.remove());

    const project = "acme-forecast-dev";
    /** What the program has in the place of an account of the script. */
    const accountOf = (member: string) => member.replace("@", "-run@");
    const instanceOf = () => deployed.input("DatabaseInstance shop", "name");

    /** What the flags of commands set: where it is in the deployed resource, and the value there if it is not the flag's. */
    const effects: Record<string, { resource: string; flags: Record<string, string | [string, Expected]> }> = {
        "gcloud storage buckets create": {
            resource: "Bucket models",
            flags: {
                "--location": "location",
                "--uniform-bucket-level-access": "uniformBucketLevelAccess",
                "--public-access-prevention": ["publicAccessPrevention", () => "enforced"],
                "--soft-delete-duration": ["softDeletePolicy.retentionDurationSeconds", seconds],
            },
        },
        "gcloud storage cp": {
            resource: "BucketObject models-model.json",
            flags: { "--recursive": ["name", () => "model.json"] },
        },
        "gcloud pubsub topics create": {
            resource: "Topic orders",
            flags: {
                "--message-retention-duration": ["messageRetentionDuration", (value) => `${seconds(value)}s`],
            },
        },
        "gcloud functions deploy": {
            resource: "Function predict",
            flags: {
                "--gen2": ["serviceConfig.allTrafficOnLatestRevision", () => true],
                "--region": "location",
                "--runtime": "buildConfig.runtime",
                "--source": ["buildConfig.source.storageSource.bucket", () => `${project}-predict-source`],
                "--entry-point": "buildConfig.entryPoint",
                "--trigger-topic": ["eventTrigger.pubsubTopic", (topic) => `projects/${project}/topics/${topic}`],
                "--retry": ["eventTrigger.retryPolicy", () => "RETRY_POLICY_RETRY"],
                "--memory": "serviceConfig.availableMemory",
                "--cpu": ["serviceConfig.availableCpu", String],
                "--concurrency": ["serviceConfig.maxInstanceRequestConcurrency", Number],
                "--timeout": ["serviceConfig.timeoutSeconds", seconds],
                "--min-instances": ["serviceConfig.minInstanceCount", Number],
                "--max-instances": ["serviceConfig.maxInstanceCount", Number],
                "--set-env-vars": [
                    "serviceConfig.environmentVariables",
                    (value) => Object.fromEntries(value.split(",").map((each) => each.split("="))),
                ],
                "--service-account": ["serviceConfig.serviceAccountEmail", accountOf],
            },
        },
        "gcloud sql instances create": {
            resource: "DatabaseInstance shop",
            flags: {
                "--database-version": "databaseVersion",
                "--region": "region",
                "--edition": ["settings.edition", upper],
                "--tier": "settings.tier",
                "--availability-type": ["settings.availabilityType", upper],
                "--storage-type": ["settings.diskType", (value) => `PD_${value}`],
                "--storage-size": ["settings.diskSize", (value) => Number(value.replace("GB", ""))],
                "--storage-auto-increase": "settings.diskAutoresize",
                "--backup-start-time": "settings.backupConfiguration.startTime",
                "--retained-backups-count": [
                    "settings.backupConfiguration.backupRetentionSettings.retainedBackups",
                    Number,
                ],
                "--enable-point-in-time-recovery": "settings.backupConfiguration.pointInTimeRecoveryEnabled",
                "--maintenance-window-day": [
                    "settings.maintenanceWindow.day",
                    (value) => ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"].indexOf(value) + 1,
                ],
                "--maintenance-window-hour": ["settings.maintenanceWindow.hour", Number],
                "--database-flags": [
                    "settings.databaseFlags",
                    (value) => {
                        const flags = value.split(",").map((each) => each.split("="));
                        return expect.arrayContaining(
                            flags.map(([name, value]) => expect.objectContaining({ name, value })),
                        );
                    },
                ],
                "--insights-config-query-insights-enabled": "settings.insightsConfig.queryInsightsEnabled",
                "--deletion-protection": "settings.deletionProtectionEnabled",
            },
        },
        "gcloud sql databases create": {
            resource: "Database shop-shop",
            flags: { "--instance": ["instance", instanceOf] },
        },
        "gcloud sql users create": {
            resource: "User shop-shop-user",
            flags: {
                "--instance": ["instance", instanceOf],
                "--type": ["type", upper],
            },
        },
        "gcloud run deploy": {
            resource: "Service shop",
            flags: {
                "--region": "location",
                "--image": "template.containers.0.image",
                "--service-account": ["template.serviceAccount", accountOf],
                "--set-cloudsql-instances": [
                    "template.containers.0.envs",
                    (value) =>
                        expect.arrayContaining([
                            expect.objectContaining({
                                name: "DATABASE_INSTANCE",
                                value: value.replace(/[^:]+$/, () => String(instanceOf())),
                            }),
                        ]),
                ],
                "--port": ["template.containers.0.ports.containerPort", Number],
                "--cpu": "template.containers.0.resources.limits.cpu",
                "--memory": "template.containers.0.resources.limits.memory",
                "--concurrency": ["template.maxInstanceRequestConcurrency", Number],
                "--min": ["scaling.minInstanceCount", Number],
                "--max": ["scaling.maxInstanceCount", Number],
                "--timeout": "template.timeout",
                "--cpu-boost": "template.containers.0.resources.startupCpuBoost",
                "--execution-environment": [
                    "template.executionEnvironment",
                    (value) => `EXECUTION_ENVIRONMENT_${upper(value)}`,
                ],
                "--ingress": ["ingress", (value) => `INGRESS_TRAFFIC_${upper(value)}`],
                "--allow-unauthenticated": "invokerIamDisabled",
            },
        },
    };

    test.each(Object.keys(effects))("the program sets what each flag of %s sets", (name) => {
        const { resource, flags: known } = effects[name] as (typeof effects)[string];
        const calls = commands.filter(({ command }) => command === name);
        expect(calls).toHaveLength(1);
        for (const [flag, value] of Object.entries(calls[0]?.flags ?? {})) {
            const [path, expected = asGiven] = [known[flag] ?? []].flat() as [string, Expected?];
            expect([flag, path && deployed.input(resource, path)]).toEqual([flag, expected(value)]);
        }
    });

    test("each account of the script is one of the program, with the same roles", () => {
        const accounts = commands.filter(({ command }) => command === "gcloud iam service-accounts create");
        expect(accounts.map(({ name }) => name)).toEqual(["predict", "shop"]);
        for (const { name } of accounts) {
            const member = `serviceAccount:${name}@${project}.iam.gserviceaccount.com`;
            const roles = commands.flatMap(({ flags }) => (flags["--member"] === member ? [flags["--role"]] : []));
            expect([name, deployed.roles(accountOf(member))]).toEqual([name, roles.sort()]);
        }
    });

    test("each API of the script is enabled by the program", () => {
        const [{ name: first, others } = { name: "", others: [] }] = commands.filter(
            ({ command }) => command === "gcloud services enable",
        );
        const enabled = deployed.values("gcp:projects/service:Service", "service");
        expect(enabled).toEqual(expect.arrayContaining([first, ...others]));
    });

    test("the table has each flag of the script", () => {
        const { everywhere = {}, sections } = equivalents(docs, "gcloud");
        const missing = commands.flatMap(({ command, flags }) => {
            const section = sections.find(({ from }) => from === command);
            const rows = { ...everywhere, ...section?.arguments, ...section?.without };
            return Object.keys(flags).flatMap((flag) => (flag in rows ? [] : [`${command} ${flag}`]));
        });
        expect(missing).toEqual([]);
    });

    test("each command of the script is compared", () => {
        const others = [
            "gcloud config set",
            "gcloud services enable",
            "gcloud iam service-accounts create",
            "gcloud projects add-iam-policy-binding",
            "gcloud storage buckets add-iam-policy-binding",
        ];
        expect(new Set(commands.map(({ command }) => command))).toEqual(new Set([...Object.keys(effects), ...others]));
    });
});
