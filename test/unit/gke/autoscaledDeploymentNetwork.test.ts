import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Secret } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import {
    bare,
    container,
    deployed,
    deployedOptions,
    dns,
    google,
    image,
    metadata,
    pod,
    policy,
    withContainer,
    withPod,
} from "../deploying";
import { registered, registeredOptions } from "../registered";

const run = "serviceAccount:echo-run@acme-dev.iam.gserviceaccount.com";
const tcp = (port: number) => ({ port, protocol: "TCP" });
const inNamespace = (name: string, app?: string) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    ...(app && { podSelector: { matchLabels: { "app.kubernetes.io/name": app } } }),
});

test("capabilities are granted to the account, and allow egress to Google APIs", async () => {
    const made = await deployed(() => ({ uses: { SALES: new PubSubTopic("sales").publisher } }));
    expect(made).toEqual({
        ...bare,
        "Topic sales": { name: "sales" },
        "TopicIAMMember echo-sales-publisher": {
            topic: "projects/acme-dev/topics/sales",
            role: "roles/pubsub.publisher",
            member: run,
        },
        "NetworkPolicy echo": policy([], google),
        "Deployment echo": withContainer({
            env: [{ name: "SALES", value: "projects/acme-dev/topics/sales" }],
        }),
    });
});

test("grants exist before the pods", async () => {
    const made = await deployedOptions(() => {
        const cluster = new GkeCluster("main");
        const uses = { SALES: new PubSubTopic("sales").publisher, KEY: new Secret("key").file("/secrets/key/text") };
        return new AutoscaledDeployment("echo", { cluster, image, uses });
    });
    expect(made["Deployment echo"]?.after).toEqual(
        expect.arrayContaining([
            "SecretIamMember echo-key-secret-accessor",
            "SecretProviderClass echo/secrets/key",
            "TopicIAMMember echo-sales-publisher",
        ]),
    );
});

test("a caller has the address, and both network policies allow the connection", async () => {
    const made = await registered(() => {
        const cluster = new GkeCluster("main");
        const { caller } = new AutoscaledDeployment("echo", { cluster, image, port: 8080 });
        new AutoscaledDeployment("ask", { cluster, image, uses: { ECHO: caller, AGAIN: caller } });
    });
    const labels = { ...metadata.labels, "app.kubernetes.io/name": "ask" };
    expect(made["NetworkPolicy ask-calls-echo"]).toEqual({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "echo-called-by-ask", namespace: "echo", labels },
        spec: {
            podSelector: { matchLabels: { "app.kubernetes.io/name": "echo" } },
            policyTypes: ["Ingress"],
            ingress: [{ from: [inNamespace("ask", "ask")], ports: [tcp(8080)] }],
        },
    });
    expect(made["NetworkPolicy ask"]).toMatchObject({
        spec: { ingress: [], egress: [dns, { to: [inNamespace("echo", "echo")], ports: [tcp(8080)] }] },
    });
    expect(made["NetworkPolicy echo"]).toEqual(policy());
    const url = "http://echo.echo.svc.cluster.local";
    expect(made["Deployment ask"]).toMatchObject({
        spec: {
            template: {
                spec: {
                    containers: [
                        {
                            env: [
                                { name: "ECHO", value: url },
                                { name: "AGAIN", value: url },
                            ],
                        },
                    ],
                },
            },
        },
    });
    expect(Object.keys(made).filter((key) => key.startsWith("NetworkPolicy "))).toHaveLength(3);
});

test("the name of a caller's network policy is shortened if both names are long", async () => {
    const made = await registered(() => {
        const cluster = new GkeCluster("main");
        const { caller } = new AutoscaledDeployment("a".repeat(26), { cluster, image, port: 8080 });
        new AutoscaledDeployment("b".repeat(26), { cluster, image, uses: { CALLEE: caller } });
        new AutoscaledDeployment("c".repeat(27), { cluster, image, uses: { CALLEE: caller } });
    });
    const names = Object.entries(made).flatMap(([key, object]) =>
        key.includes("-calls-") ? [(object as { metadata: { name: string } }).metadata.name] : [],
    );
    expect(names).toEqual([
        `${"a".repeat(26)}-called-by-${"b".repeat(26)}`,
        expect.stringMatching(/^a{26}-called-by-c{19}-[0-9a-f]{6}$/),
    ]);
});

test("the URL contains the load balancer's port", async () => {
    const made = await registered(() => {
        const cluster = new GkeCluster("main");
        const expose = { loadBalancer: { port: 81 } };
        const { caller } = new AutoscaledDeployment("echo", { cluster, image, port: 8080, expose, namespace: "apps" });
        new AutoscaledDeployment("ask", { cluster, image, uses: { ECHO: caller } });
    });
    expect(JSON.stringify(made["Deployment ask"])).toContain('"http://echo.apps.svc.cluster.local:81"');
});

test("other callers are allowed by range or by namespace", async () => {
    const made = await deployed({
        port: 8080,
        allowFrom: [
            { ranges: ["10.1.0.0/16", "10.2.3.4/32"] },
            { namespace: "apps" },
            { namespace: "monitoring", pods: { app: pulumi.output("prometheus") } },
        ],
    });
    const from = [
        { ipBlock: { cidr: "10.1.0.0/16" } },
        { ipBlock: { cidr: "10.2.3.4/32" } },
        inNamespace("apps"),
        { ...inNamespace("monitoring"), podSelector: { matchLabels: { app: "prometheus" } } },
    ];
    expect(made["NetworkPolicy echo"]).toEqual(policy([{ from, ports: [tcp(8080)] }]));
});

test("without a port no caller is let in", async () => {
    expect((await deployed({ allowFrom: [{ namespace: "apps" }] }))["NetworkPolicy echo"]).toEqual(policy());
});

test("more destinations are allowed if configured", async () => {
    const made = await deployed({
        egress: [
            { ranges: ["0.0.0.0/0"], ports: [443, 8443] },
            { namespace: "data", pods: { app: "redis" }, ports: [6379], protocol: "UDP" },
            { ranges: ["10.9.0.0/24"] },
            { googleApis: true },
        ],
    });
    expect(made["NetworkPolicy echo"]).toEqual(
        policy(
            [],
            [
                ...google,
                { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [tcp(443), tcp(8443)] },
                {
                    to: [{ ...inNamespace("data"), podSelector: { matchLabels: { app: "redis" } } }],
                    ports: [{ port: 6379, protocol: "UDP" }],
                },
                { to: [{ ipBlock: { cidr: "10.9.0.0/24" } }] },
            ],
        ),
    );
});

test("secrets are files by reference: each folder is a volume, and a new version replaces the pods", async () => {
    const program = (rotation: string) => () => {
        const key = new Secret("key", { generate: { rotation } });
        return {
            uses: {
                KEY: key.file("/secrets/key/text"),
                OLD: key.file("/secrets/key/old.txt"),
                TOKEN_FILE: new Secret("token", { external: true }).file("/var/run/Tokens/t"),
            },
        };
    };
    const made = await deployed(program("1"));
    const secretProviderClass = (name: string, secrets: object[]) => ({
        apiVersion: "secrets-store.csi.x-k8s.io/v1",
        kind: "SecretProviderClass",
        metadata: { ...metadata, name },
        spec: { provider: "gke", parameters: { secrets: JSON.stringify(secrets) } },
    });
    const version = (secret: string, which: string) => `projects/acme-dev/secrets/${secret}/versions/${which}`;
    const tokens = Object.keys(made).find((key) => key.includes("Tokens"));
    const name = (made[tokens as string] as { metadata: { name: string } }).metadata.name;
    expect(made["SecretProviderClass echo/secrets/key"]).toEqual(
        secretProviderClass("echo-secrets-key", [
            { resourceName: version("key", "1"), path: "text" },
            { resourceName: version("key", "1"), path: "old.txt" },
        ]),
    );
    expect(made[tokens as string]).toEqual(
        secretProviderClass(name, [{ resourceName: version("token", "latest"), path: "t" }]),
    );
    expect(name).toMatch(/^echo-var-run-tokens-[0-9a-f]{6}$/);
    const volume = (of: string) => ({
        name: of,
        csi: {
            driver: "secrets-store-gke.csi.k8s.io",
            readOnly: true,
            volumeAttributes: { secretProviderClass: of },
        },
    });
    const mount = (of: string, mountPath: string) => ({ name: of, mountPath, readOnly: true });
    expect(made["Deployment echo"]).toEqual(
        withPod(
            {
                containers: [
                    {
                        ...container,
                        env: [
                            { name: "KEY", value: "/secrets/key/text" },
                            { name: "OLD", value: "/secrets/key/old.txt" },
                            { name: "TOKEN_FILE", value: "/var/run/Tokens/t" },
                        ],
                        volumeMounts: [
                            ...container.volumeMounts,
                            mount("echo-secrets-key", "/secrets/key"),
                            mount(name, "/var/run/Tokens"),
                        ],
                    },
                ],
                volumes: [...pod.volumes, volume("echo-secrets-key"), volume(name)],
            },
            {},
            {
                labels: metadata.labels,
                annotations: { "slipway/secrets": expect.stringMatching(/^[0-9a-f]{16}$/) },
            },
        ),
    );
});

test("no secret is in plain text anywhere", async () => {
    const made = await registered(() => {
        const cluster = new GkeCluster("main");
        const given = new Secret("given", { value: pulumi.secret("canary") });
        new AutoscaledDeployment("echo", {
            cluster,
            image,
            uses: { GIVEN: given.file("/secrets/given/text") },
            env: { API_KEY: pulumi.secret("canary") },
            annotations: { told: pulumi.secret("canary") },
            args: [pulumi.secret("canary")],
        });
    });
    const clear = (value: unknown): unknown =>
        Array.isArray(value)
            ? value.map(clear)
            : typeof value === "object" && value !== null && !("secret" in value)
              ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clear(item)]))
              : typeof value === "object"
                ? "concealed"
                : value;
    expect(JSON.stringify(made)).toContain("canary");
    expect(JSON.stringify(clear(made))).not.toContain("canary");
});

test("a preview with unknown outputs registers the same resources, in the same order", async () => {
    const program = () => {
        const cluster = new GkeCluster("main");
        const secret = new Secret("key");
        const { caller } = new AutoscaledDeployment("callee", { cluster, image, port: 8080, namespace: "apps" });
        for (const expose of [
            { loadBalancer: { public: true } },
            { gateway: { domain: "a.acme.com", public: true as const } },
            { ingress: { domain: "a.acme.com", public: true as const } },
        ]) {
            const uses = { CALLEE: caller, KEY: secret.file("/secrets/key/text"), SALES: sales.publisher };
            const [name = ""] = Object.keys(expose);
            const common = { cluster, image: pulumi.interpolate`${image}`, port: 8080, health: "/healthz" };
            new AutoscaledDeployment(name.toLowerCase(), { ...common, uses, expose });
        }
    };
    let sales: PubSubTopic;
    const whole = () => {
        sales = new PubSubTopic("sales");
        program();
    };
    const fresh = (options: object) => JSON.parse(JSON.stringify(options));
    expect(fresh(await registeredOptions(whole, { preview: true }))).toEqual(fresh(await registeredOptions(whole)));
});
