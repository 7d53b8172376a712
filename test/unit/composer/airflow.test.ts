import * as pulumi from "@pulumi/pulumi";
import { ComposerEnvironment, Secret } from "slipway";
import { registered, registeredOptions } from "../registered";
import { bare, config, environment, scoring, withConfig } from "./environments";

const member = "serviceAccount:scoring-run@acme-dev.iam.gserviceaccount.com";
const backend = {
    "secrets-backend": "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend",
    "secrets-backend_kwargs":
        '{"project_id":"acme-dev","connections_prefix":"scoring-connections","variables_prefix":"scoring-variables","sep":"-"}',
};

/** What becomes of one connection or variable. */
const kept = (part: "connection" | "variable", key: string, value: string) => ({
    [`Secret scoring-${part}-${key}`]: {
        secretId: `scoring-${part}s-${key}`,
        replication: { auto: {} },
        deletionProtection: false,
    },
    [`SecretVersion scoring-${part}-${key}`]: {
        secret: `projects/acme-dev/secrets/scoring-${part}s-${key}`,
        secretData: { secret: value },
        deletionPolicy: "DELETE",
    },
    [`SecretIamMember scoring-scoring-${part}-${key}-secret-accessor`]: {
        project: "acme-dev",
        secretId: `scoring-${part}s-${key}`,
        role: "roles/secretmanager.secretAccessor",
        member,
    },
});

test("connections and variables are secrets that Airflow asks for first", async () => {
    const program = () => {
        const warehouse = new Secret("uri", { value: pulumi.secret("postgres://etl:canary@10.0.0.3/sales") });
        return new ComposerEnvironment("scoring", {
            connections: {
                warehouse,
                orders: pulumi.secret("https://shop:canary@orders.example"),
                google: "google-cloud-platform://?key_path=keys%2Fetl.json&key_secret_name=etl",
            },
            variables: { threshold: "0.7" },
            airflow: { "core-parallelism": "8" },
        });
    };
    const { "Secret uri": _, "SecretVersion uri": __, ...made } = await registered(program);
    const overrides = { "core-parallelism": "8", ...backend };
    expect(made).toEqual({
        ...bare,
        "Environment scoring": {
            ...environment,
            config: { ...config, softwareConfig: { ...config.softwareConfig, airflowConfigOverrides: overrides } },
        },
        ...kept("connection", "warehouse", "postgres://etl:canary@10.0.0.3/sales"),
        ...kept("connection", "orders", "https://shop:canary@orders.example"),
        ...kept("connection", "google", "google-cloud-platform://?key_path=keys%2Fetl.json&key_secret_name=etl"),
        ...kept("variable", "threshold", "0.7"),
    });
});

test("the environment waits for the values, and for being allowed to read them", async () => {
    const made = await registeredOptions(() => new ComposerEnvironment("scoring", { variables: { threshold: "0.7" } }));
    expect(made["Environment scoring"]?.after).toEqual(
        expect.arrayContaining([
            "SecretIamMember scoring-scoring-variable-threshold-secret-accessor",
            "SecretVersion scoring-variable-threshold",
        ]),
    );
    expect(made["slipway:Secret scoring-variable-threshold"]?.parent).toBe("ComposerEnvironment scoring");
});

const dag = async (pools: object) => {
    const made = await scoring({ pools } as object);
    const object = made["BucketObject scoring-dag-slipway_pools.py"] as { name: string; content: { secret: string } };
    expect(object.name).toBe("dags/slipway_pools.py");
    return object.content.secret;
};

test("pools are set by a DAG of the environment, anew when they change", async () => {
    const one = await dag({ scoring: { slots: 4, description: 'of "scoring"', includeDeferred: true } });
    const other = await dag({ scoring: { slots: 5, description: 'of "scoring"', includeDeferred: true } });
    const json = /POOLS = json\.loads\((".*")\)/.exec(one)?.[1] as string;
    expect(JSON.parse(JSON.parse(json))).toEqual([
        { name: "scoring", slots: 4, description: 'of "scoring"', include_deferred: true },
    ]);
    const id = /"(slipway_pools_[0-9a-f]{8})"/;
    expect(id.exec(one)?.[1]).toBe(
        id.exec(await dag({ scoring: { slots: 4, description: 'of "scoring"', includeDeferred: true } }))?.[1],
    );
    expect(id.exec(one)?.[1]).not.toBe(id.exec(other)?.[1]);
    expect(await dag({})).toContain('POOLS = json.loads("[]")');
});

const line = (name: string) => `REGEXP_EXTRACT(textPayload, "\\"${name}\\": \\"([^\\"]+)\\"")`;
const lines =
    'resource.type="cloud_composer_environment" AND resource.labels.environment_name="scoring" AND resource.labels.location="europe-west1" AND textPayload:"slipway-alert"';
const ofData = 'textPayload:"\\"owner\\": \\"data\\""';

/** The alert of an owner. */
const policy = (owner: string, whose: string, filter: string, notificationChannels: string[]) => ({
    displayName: `scoring: DAGs of ${owner}`,
    combiner: "OR",
    severity: "ERROR",
    conditions: [
        {
            displayName: "A run of a DAG failed or is late",
            conditionMatchedLog: {
                filter,
                labelExtractors: { dag: line("dag"), run: line("run"), state: line("state") },
            },
        },
    ],
    alertStrategy: { notificationRateLimit: { period: "300s" }, autoClose: "86400s" },
    documentation: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Cloud Monitoring fills it in.
        subject: "scoring: ${log.extracted_label.dag} ${log.extracted_label.state}",
        content: `The run \${log.extracted_label.run} of the DAG \${log.extracted_label.dag}, which ${whose}, is \${log.extracted_label.state} in the environment scoring.`,
        mimeType: "text/markdown",
    },
    notificationChannels,
});

test("each owner of DAGs is told by its own channels, and somebody of all others", async () => {
    const channel = "projects/acme-dev/notificationChannels/123";
    const { "BucketObject scoring-plugin-slipway_alerts.py": plugin, ...made } = await scoring({
        alerts: {
            owners: {
                data: {
                    email: "data@acme.com",
                    slack: { channel: "#data", token: pulumi.secret("canary") },
                    pagerDuty: { serviceKey: pulumi.secret("canary") },
                },
            },
            others: { channels: [channel] },
            lateAfter: "2 hours",
        },
    });
    const channels = "projects/acme-dev/notificationChannels";
    const envVariables = { SLIPWAY_ALERTS: expect.stringMatching(/^[0-9a-f]{8}$/) };
    expect(made).toEqual({
        ...withConfig({ softwareConfig: { ...config.softwareConfig, envVariables } }),
        "AlertPolicy scoring-owner-data": policy("data", "data owns", `${lines} AND ${ofData}`, [
            `${channels}/data@acme.com`,
            `${channels}/#data`,
            `${channels}/pagerduty`,
        ]),
        "AlertPolicy scoring-others": policy("others", "none of the known owners owns", `${lines} AND NOT ${ofData}`, [
            channel,
        ]),
        "NotificationChannel scoring-owner-data-email": {
            displayName: "DAGs of data",
            type: "email",
            labels: { email_address: "data@acme.com" },
        },
        "NotificationChannel scoring-owner-data-slack": {
            displayName: "DAGs of data",
            type: "slack",
            labels: { channel_name: "#data" },
            sensitiveLabels: { authToken: { secret: "canary" } },
        },
        "NotificationChannel scoring-owner-data-pagerduty": {
            displayName: "DAGs of data",
            type: "pagerduty",
            sensitiveLabels: { serviceKey: { secret: "canary" } },
        },
    });
    expect(plugin).toEqual({
        bucket: "acme-dev-scoring-composer",
        name: "plugins/slipway_alerts.py",
        content: { secret: expect.stringContaining("LATE = timedelta(seconds=int(7200))") },
    });
});

test("the plugin is there before the scheduler reads it, which starts again for another one", async () => {
    const alerts = (lateAfter: "1 hour" | "2 hours") => ({ alerts: { others: { email: "data@acme.com" }, lateAfter } });
    const made = await registeredOptions(() => new ComposerEnvironment("scoring", alerts("1 hour")));
    expect(made["Environment scoring"]?.after).toContain("BucketObject scoring-plugin-slipway_alerts.py");
    const variables = async (lateAfter: "1 hour" | "2 hours") => {
        const { "Environment scoring": environment } = await scoring(alerts(lateAfter));
        return (environment as typeof bare & { config: { softwareConfig: { envVariables: object } } }).config
            .softwareConfig.envVariables;
    };
    expect(await variables("1 hour")).not.toEqual(await variables("2 hours"));
    expect(await variables("1 hour")).toEqual(await variables("1 hour"));
});
