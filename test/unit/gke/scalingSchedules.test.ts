import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ScalingSchedule } from "slipway/gke";
import { refused, registered, registeredOptions } from "../registered";
import { ScaledDeployment } from "../scaled";

const between = { min: 2, max: 10 };
const schedules: Record<string, ScalingSchedule> = {
    day: { cron: "0 8 * * MON-FRI", timeZone: "Europe/Berlin", duration: "10 hours", min: 5 },
    christmas: { from: "2026-12-20", to: "2027-01-02", min: 8 },
};
const echo = () => new ScaledDeployment("echo", { ...between, cpu: 80, schedules });

const name = "echo-schedule";
const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "scaling-schedule", team: "forecast" };
const metadata = { name, namespace: "echo", labels };
const program = readFileSync(join(__dirname, "..", "..", "..", "lib", "gke", "scaling", "schedule.py"), "utf8");
const settings = {
    autoscaler: "echo",
    annotation: "slipway/scheduled-min-replicas",
    everySeconds: 15,
    minReplicas: 2,
    schedules: {
        day: { schedule: "0 8 * * MON-FRI", minReplicas: 5, durationSeconds: 36_000, timeZone: "Europe/Berlin" },
        christmas: { from: "2026-12-20", to: "2027-01-02", minReplicas: 8, timeZone: "Etc/UTC" },
    },
};
const data = { "schedule.py": program, "schedules.json": `${JSON.stringify(settings, undefined, 2)}\n` };
const config = `${name}-${createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 8)}`;

const command = ["python3", "/etc/schedule/schedule.py"];
const probe = { exec: { command: [...command, "--alive"] }, timeoutSeconds: 10 };
const amounts = { cpu: "50m", memory: "64Mi", "ephemeral-storage": "10Mi" };
const pod = {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
        {
            name: "schedule",
            image: expect.stringMatching(/^docker\.io\/library\/python:3\.13\.\d+-alpine3\.\d+@sha256:[0-9a-f]{64}$/),
            imagePullPolicy: "Always",
            command,
            env: [
                { name: "SERVICE_ACCOUNT_FOLDER", value: "/var/run/secrets/kubernetes.io/serviceaccount" },
                { name: "DONE_FILE", value: "/run/schedule/done" },
            ],
            resources: { requests: amounts, limits: amounts },
            securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
            },
            readinessProbe: { ...probe, periodSeconds: 10, failureThreshold: 3 },
            livenessProbe: { ...probe, initialDelaySeconds: 60, periodSeconds: 60, failureThreshold: 10 },
            volumeMounts: [
                { name: "program", mountPath: "/etc/schedule", readOnly: true },
                { name: "account", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
                { name: "state", mountPath: "/run/schedule" },
            ],
        },
    ],
    volumes: [
        { name: "program", configMap: { name: config } },
        {
            name: "account",
            projected: {
                sources: [
                    { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
                    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
                    {
                        downwardAPI: {
                            items: [
                                {
                                    path: "namespace",
                                    fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
                                },
                            ],
                        },
                    },
                ],
            },
        },
        { name: "state", emptyDir: { sizeLimit: "1Mi" } },
    ],
    terminationGracePeriodSeconds: 10,
};

test("schedules create a controller that may patch only its autoscaler and reach only the API server", async () => {
    const all = await registered(echo);
    expect(Object.fromEntries(Object.entries(all).filter(([key]) => key.endsWith(` ${name}`)))).toEqual({
        "ServiceAccount echo-schedule": {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata,
            automountServiceAccountToken: false,
        },
        "Role echo-schedule": {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "Role",
            metadata,
            rules: [
                {
                    apiGroups: ["autoscaling"],
                    resources: ["horizontalpodautoscalers"],
                    resourceNames: ["echo"],
                    verbs: ["get", "patch"],
                },
            ],
        },
        "RoleBinding echo-schedule": {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "RoleBinding",
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
            subjects: [{ kind: "ServiceAccount", name, namespace: "echo" }],
        },
        "ConfigMap echo-schedule": {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { ...metadata, name: config },
            immutable: true,
            data,
        },
        "NetworkPolicy echo-schedule": {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata,
            spec: {
                podSelector: { matchLabels: { "app.kubernetes.io/name": name } },
                policyTypes: ["Ingress", "Egress"],
                egress: [{ ports: [{ protocol: "TCP", port: 443 }] }],
            },
        },
        "Deployment echo-schedule": {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata,
            spec: {
                replicas: 1,
                strategy: { type: "Recreate" },
                selector: { matchLabels: { "app.kubernetes.io/name": name } },
                template: { metadata: { labels }, spec: pod },
            },
        },
    });
});

test("the autoscaler has no own minReplicas, and is updated after its schedule controller", async () => {
    const all = (await registered(echo)) as Record<string, { metadata: object; spec: object }>;
    expect(all["HorizontalPodAutoscaler echo"]?.metadata).toMatchObject({
        annotations: { "pulumi.com/patchForce": "true", "slipway/scheduled-min-replicas": "true" },
    });
    expect(all["HorizontalPodAutoscaler echo"]?.spec).toMatchObject({ maxReplicas: 10 });
    expect(all["HorizontalPodAutoscaler echo"]?.spec).not.toHaveProperty("minReplicas");
    const options = await registeredOptions(echo);
    expect(options["HorizontalPodAutoscaler echo"]?.after).toContain("Deployment echo-schedule");
    expect(options["Deployment echo-schedule"]?.after).toEqual(
        expect.arrayContaining([
            "ConfigMap echo-schedule",
            "RoleBinding echo-schedule",
            "ServiceAccount echo-schedule",
        ]),
    );
});

test("changed schedules have another configuration, which replaces the pods", async () => {
    const one = { day: { ...schedules.day, min: 6 } };
    const all = await registered(() => new ScaledDeployment("echo", { ...between, schedules: one }));
    expect(all).toMatchObject({
        "ConfigMap echo-schedule": { metadata: { name: expect.not.stringMatching(config) } },
        "Deployment echo-schedule": { spec: { template: { spec: { containers: [{}] } } } },
    });
});

test("a long name is shortened, and its configuration's too", async () => {
    const long = "e".repeat(63);
    const all = await registered(() => new ScaledDeployment(long, { ...between, schedules }));
    const names = Object.values(all).map(({ metadata }: { metadata?: { name: string } }) => metadata?.name.length ?? 0);
    expect(Math.max(...names)).toBe(63);
});

const day = { cron: "0 8 * * *", duration: "1 hour", min: 3 };
const dates = { from: "2026-12-20", to: "2027-01-02", min: 3 };
const form = "must be a day or a time, such as 2026-12-20 or 2026-12-20T18:00";

test.each<[object, string]>([
    [{ ...day, min: 11 }, "min: [range/min-above-max]"],
    [{ ...dates, min: 2 }, "min: [scaling/schedule-not-above-min]"],
    [{ ...dates, to: "2026-12-19" }, "to: [range/end-before-start]"],
    [{ ...dates, from: "2026-12-20T10:00Z", to: "2026-12-20T10:00Z" }, "to: [range/end-before-start]"],
    [{ ...dates, from: "20.12.2026" }, `from: ${form} (got "20.12.2026").`],
    [{ ...dates, from: "2026-02-30" }, 'from: must be a valid date, and a valid time of day (got "2026-02-30").'],
    [
        { ...dates, to: "2026-12-20T25:00" },
        'to: must be a valid date, and a valid time of day (got "2026-12-20T25:00").',
    ],
    [{ min: 3, to: "2026-12-20" }, "from: is missing."],
    [{ min: 3 }, "must have exactly one of cron, from (got { min: 3 })."],
    [
        { ...day, ...dates },
        'must have exactly one of cron, from (got { cron: "0 8 * * *", duration: "1 hour", min: 3, from: "2026-12-20", to: "2027-…).',
    ],
    [{ ...day, duration: "30 seconds" }, 'duration: must be from 1 minute to 31 days (got "30 seconds").'],
    [
        { ...day, timeZone: "Berlin" },
        'timeZone: must be a time zone of the tz database, such as Europe/Berlin or Etc/UTC (got "Berlin").',
    ],
    [
        { ...day, cron: "0 25 * * *" },
        'cron: has an hour that is not from 0 to 23: "25" (got "0 25 * * *"). Write five fields such as "30 3 * * MON-FRI": minute, hour, day of the month, month, day of the week.',
    ],
])("the schedule %j is refused", async (one, problem) => {
    const path = `scaling.schedules.one${/^must have exactly/.test(problem) ? ": " : "."}`;
    expect(await refused(() => new ScaledDeployment("echo", { ...between, schedules: { one } }))).toBe(
        `AutoscaledDeployment "echo": ${path}${problem}`,
    );
});

test("a schedule is logged by its name", async () => {
    expect(await refused(() => new ScaledDeployment("echo", { ...between, schedules: { "a b": day } }))).toBe(
        'AutoscaledDeployment "echo": scaling.schedules.a b: must have up to 63 letters, digits, -, _ and . (got "a b").',
    );
});

test.each([
    [{ from: "2026-12-20", to: "2026-12-20" }, "a single day"],
    [{ from: "2026-12-20T10:00+01:00", to: "2026-12-20T09:30Z" }, "times of other zones"],
])("%j, %s, is accepted", async (range) => {
    const one = { ...range, min: 3 };
    const all = await registered(() => new ScaledDeployment("echo", { ...between, schedules: { one } }));
    expect(all).toHaveProperty("ConfigMap echo-schedule");
});
