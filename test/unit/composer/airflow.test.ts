import * as pulumi from "@pulumi/pulumi";
import { ComposerEnvironment, type ComposerEnvironmentArgs, Secret } from "slipway";
import { registered, registeredOptions } from "../registered";
import { bare, config, environment, scoring, withConfig } from "./environments";

const member = "serviceAccount:scoring-run@acme-dev.iam.gserviceaccount.com";
const backend = {
    "secrets-backend": "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend",
    "secrets-backend_kwargs":
        '{"project_id":"acme-dev","connections_prefix":"scoring-connections","variables_prefix":"scoring-variables","sep":"-"}',
};

/** The result of a connection or variable. */
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

test("connections and variables are secrets that Airflow looks up first", async () => {
    const program = () => {
        const warehouse = new Secret("uri", { value: pulumi.secret("postgres://etl:canary@10.0.0.3/sales") });
        return new ComposerEnvironment("scoring", {
            connections: {
                warehouse,
                orders: pulumi.secret("https://shop:canary@orders.example"),
                google: "google-cloud-platform://?key_path=keys%2Fetl.json&key_secret_name=etl",
            },
            variables: { threshold: "0.7", api_token: pulumi.secret("canary") },
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
        ...kept("variable", "api_token", "canary"),
    });
});

test("the environment waits for the values, and for permission to read them", async () => {
    const made = await registeredOptions(() => new ComposerEnvironment("scoring", { variables: { threshold: "0.7" } }));
    expect(made["Environment scoring"]?.after).toEqual(
        expect.arrayContaining([
            "SecretIamMember scoring-scoring-variable-threshold-secret-accessor",
            "SecretVersion scoring-variable-threshold",
        ]),
    );
    expect(made["slipway:Secret scoring-variable-threshold"]?.parent).toBe("ComposerEnvironment scoring");
});

/** The plugin, its settings, and the environment variables of the environment. */
async function pluginOf(args: ComposerEnvironmentArgs) {
    const made = (await scoring(args)) as Record<string, { content: { secret: string }; config: typeof config }>;
    const { content } = made["BucketObject scoring-plugin-slipway_plugin.py"] ?? {};
    const settings = made["BucketObject scoring-plugin-slipway_plugin.json"]?.content.secret;
    const software = made["Environment scoring"]?.config.softwareConfig as { envVariables?: object } | undefined;
    return { text: content?.secret, settings: settings && JSON.parse(settings), envVariables: software?.envVariables };
}

test("the plugins of the environment include the one for pools", async () => {
    let plugins: string[] = [];
    await registered(() => {
        plugins = Object.keys(new ComposerEnvironment("scoring", { pools: { etl: { slots: 1 } } }).plugins);
    });
    expect(plugins).toEqual(["slipway_plugin.py", "slipway_plugin.json"]);
});

test("a scheduler plugin receives the pools and the lateness limit, and only a change of the plugin itself restarts the scheduler", async () => {
    const pools = { scoring: { slots: 4, description: 'of "scoring"', includeDeferred: true }, etl: { slots: 1 } };
    const set = await pluginOf({ pools });
    expect(set.settings).toEqual({
        late_after: null,
        pools: [
            { name: "scoring", slots: 4, description: 'of "scoring"', include_deferred: true },
            { name: "etl", slots: 1, description: "", include_deferred: false },
        ],
    });
    const alerts = { others: { email: "data@acme.com" } };
    const others = [
        await pluginOf({ alerts }),
        await pluginOf({ pools: {}, alerts: { ...alerts, lateAfter: "2 hours" } }),
    ];
    expect(others.map(({ settings }) => settings)).toEqual([
        { late_after: 86_400, pools: [] },
        { late_after: 7_200, pools: [] },
    ]);
    expect(set.envVariables).toEqual({ SLIPWAY_PLUGIN: expect.stringMatching(/^[0-9a-f]{8}$/) });
    for (const { text, envVariables } of others) {
        expect({ text, envVariables }).toEqual({ text: set.text, envVariables: set.envVariables });
    }
    expect(await pluginOf({})).toEqual({});
});

test("the plugin is uploaded before the scheduler loads it", async () => {
    const made = await registeredOptions(() => new ComposerEnvironment("scoring", { pools: {} }));
    expect(made["Environment scoring"]?.after).toEqual(
        expect.arrayContaining(["py", "json"].map((end) => `BucketObject scoring-plugin-slipway_plugin.${end}`)),
    );
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

test("each owner of DAGs is notified through its own channels, and one contact about all others", async () => {
    const channel = "projects/acme-dev/notificationChannels/123";
    const {
        "BucketObject scoring-plugin-slipway_plugin.py": _,
        "BucketObject scoring-plugin-slipway_plugin.json": __,
        ...made
    } = await scoring({
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
    const envVariables = { SLIPWAY_PLUGIN: expect.stringMatching(/^[0-9a-f]{8}$/) };
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
});
