import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploys } from "../../examples/foundation/roles";
import { ensureDaemon } from "../../local/machine/daemon/client";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";
import { BaseRegistry } from "./base";
import { Docker } from "./docker";
import { type KubeObject, kubectl, kubectlAs, objects } from "./kubectl";
import { problems, sent } from "./lint";
import { until } from "./until";

const project = "acme-echo-dev";

/** A short timeout for failing rollouts, instead of the starter's ten minutes. */
const patience = 'rolloutTimeout: "20 seconds",';
const noImage = `"europe-west1-docker.pkg.dev/${project}/apps/echo@sha256:${"0".repeat(64)}"`;

describe("the starter echo-gke", () => {
    let starter: Deployment;
    let base: BaseRegistry;
    let served: RunningServer;
    let docker: Docker | undefined;
    const folder = mkdtempSync(join(tmpdir(), "slipway-echo-"));

    beforeAll(async () => {
        base = await BaseRegistry.start(folder);
        starter = Deployment.starter("echo-gke");
        for (const stack of ["dev", "prod"]) {
            await starter.succeed(["config", "set", "-s", stack, "base", base.image]);
        }
    });
    afterAll(async () => {
        await docker?.stop();
        await served?.close();
        await starter?.remove();
        await base?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    /** The image of the deployment: `europe-west1-docker.pkg.dev/…/echo@sha256:…`. */
    async function image(): Promise<string> {
        const [deployment] = await objects(starter, "deployments", "echo");
        return deployment?.spec.template.spec.containers[0].image;
    }

    const pods = () => objects(starter, "pods", "echo");
    const isReady = ({ status }: KubeObject) =>
        status.conditions?.some((each: KubeObject) => each.type === "Ready" && each.status === "True");

    test("is deployed by one up, and a second up changes nothing", async () => {
        const { created } = await starter.up("dev");
        expect(created).toBeGreaterThan(30);
        expect(await starter.again("dev")).toEqual({ unchanged: created });
    });

    test("runs two replicas of the image by its digest, with a load balancer on port 80", async () => {
        await until(pods, (all) => all.length === 2 && all.every(isReady), { seconds: 30 });
        expect(await image()).toMatch(
            new RegExp(`^europe-west1-docker\\.pkg\\.dev/${project}/apps/echo@sha256:[0-9a-f]{64}$`),
        );
        const { output } = await starter.run(["stack", "output", "url", "-s", "dev"]);
        expect(output.trim()).toMatch(/^http:\/\/\d+\.\d+\.\d+\.\d+$/);
    });

    test("has only valid objects, in which kube-score finds no problems", async () => {
        const all = await sent(starter, "dev");
        expect(all.map(({ kind }) => kind).sort()).toEqual([
            "Deployment",
            "HorizontalPodAutoscaler",
            "Namespace",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "Service",
            "ServiceAccount",
        ]);
        expect(await problems(starter, "echo-gke", all)).toEqual([]);
    });

    test("accepts connections to its port, and allows DNS, its identity and Google APIs", async () => {
        const [policy] = await objects(starter, "networkpolicies", "echo");
        expect(policy?.spec.policyTypes).toEqual(["Ingress", "Egress"]);
        expect(policy?.spec.ingress).toHaveLength(1);
        expect(policy?.spec.ingress[0].ports).toEqual([{ port: 8080, protocol: "TCP" }]);
        const reached = policy?.spec.egress.map(({ ports }: KubeObject) => {
            return ports.map(({ port, protocol }: KubeObject) => `${protocol} ${port}`).sort();
        });
        expect(reached).toContainEqual(["TCP 443"]);
        expect(reached).toContainEqual(["TCP 53", "UDP 53"]);
    });

    test("is admitted with restricted pods, and an unrestricted pod is refused", async () => {
        const refused = kubectl(
            starter,
            "run",
            "shell",
            `--image=busybox@sha256:${"0".repeat(64)}`,
            "--namespace",
            "echo",
        );
        await expect(refused).rejects.toThrow('violates PodSecurity "restricted:latest"');
    });

    test("is not for accounts without a role for the cluster", async () => {
        const { id } = starter.resources().find(({ type }) => type === "gcp:serviceaccount/account:Account") ?? {};
        const email = id?.split("/").at(-1) as string;
        await expect(kubectlAs(starter, email, "get", "pods", "--namespace", "echo")).rejects.toThrow(
            'requires one of ["container.pods.list"] permission(s)',
        );
    });

    test("the image runs in Docker as the same user with a read-only root, and responds with the model", async () => {
        const { address } = (await ensureDaemon(starter.place.home, "registry")) as { address: string };
        docker = await Docker.start(address);
        served = await serve(cloudOf(starter.place));
        const [deployment] = await objects(starter, "deployments", "echo");
        const [container] = deployment?.spec.template.spec.containers ?? [];
        const { runAsUser } = { ...deployment?.spec.template.spec.securityContext, ...container.securityContext };
        expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
        const variables = container.env.flatMap(({ name, value }: KubeObject) => ["--env", `${name}=${value}`]);
        await docker.command(
            ...["run", "--detach", "--network=host", "--read-only", "--tmpfs=/tmp", `--user=${runAsUser}`],
            ...["--cap-drop=ALL", "--security-opt=no-new-privileges"],
            ...variables,
            ...["--env", `STORAGE_EMULATOR_HOST=${served.url}`],
            `${address}/${container.image}`,
        );
        const ask = (path: string, init: RequestInit = {}) =>
            fetch(`http://127.0.0.1:8080${path}`, { ...init, headers: { connection: "close" } });
        await until(
            async () => (await ask("/ready").catch(() => undefined))?.status,
            (status) => status === 200,
            { seconds: 30 },
        );
        const echoed = await ask("/echo", { method: "POST", body: '{"hello": "world"}' });
        expect(await echoed.text()).toBe('{"hello": "world"}');
        const predicted = await ask("/predict", { method: "POST", body: '{"kilometres": 12.5}' });
        expect(await predicted.json()).toEqual({ minutes: 31.9, model: "1.0.0" });
    });

    test("the same image with gunicorn on port 80 is admitted, and listens there as the same user without privileges", async () => {
        starter.edit("app/Dockerfile", (text) => text.replaceAll("8080", "80"));
        starter.edit("index.ts", (text) => text.replace("port: 8080", "port: 80"));
        await starter.up("dev");
        const onPort80 = ({ spec }: KubeObject) => spec.containers[0].ports[0].containerPort === 80;
        const ready = (all: KubeObject[]) => all.length === 2 && all.every((each) => isReady(each) && onPort80(each));
        const [pod] = await until(pods, ready, { seconds: 30 });
        const { runAsUser, sysctls } = pod?.spec.securityContext ?? {};
        expect(sysctls).toEqual([{ name: "net.ipv4.ip_unprivileged_port_start", value: "80" }]);
        const { address } = (await ensureDaemon(starter.place.home, "registry")) as { address: string };
        const start = async (settings: KubeObject[]): Promise<string> => {
            const id = await docker?.command(
                ...["run", "--detach", "--network=none", "--read-only", "--tmpfs=/tmp", `--user=${runAsUser}`],
                ...["--cap-drop=ALL", "--security-opt=no-new-privileges"],
                ...settings.map(({ name, value }) => `--sysctl=${name}=${value}`),
                `${address}/${pod?.spec.containers[0].image}`,
            );
            return String(id).trim();
        };
        const live = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:80/live').status)";
        const listening = await start(sysctls);
        const answer = async () => docker?.command("exec", listening, "python3", "-c", live).catch(() => undefined);
        await until(answer, (status) => status?.trim() === "200", { seconds: 30 });
        // As where the runtime does not set it: containerd before 2.0.
        const refused = await start([{ name: "net.ipv4.ip_unprivileged_port_start", value: "1024" }]);
        expect((await docker?.command("wait", refused))?.trim()).toBe("1");
        expect(await docker?.command("logs", refused)).not.toContain("Listening at");
    });

    test("a changed file builds a new image, which is rolled out", async () => {
        const before = await image();
        starter.edit("app/main.py", (text) => text.replace('"status": "ok"', '"status": "well"'));
        const { created, deleted, ...changes } = await starter.up("dev");
        expect(changes.updated ?? 0).toBeGreaterThan(0);
        expect(await image()).not.toBe(before);
        await until(pods, (all) => all.length === 2 && all.every(isReady), { seconds: 30 });
    });

    test("an image that cannot be pulled fails the up with the pod's reason, while old pods keep serving; the next up fixes it", async () => {
        const good = await image();
        starter.edit("index.ts", (text) => text.replace("    image,\n", `    image: ${noImage},\n    ${patience}\n`));
        const { code, output } = await starter.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect(code).not.toBe(0);
        expect(output).toMatch(/ErrImagePull|ImagePullBackOff/);
        const serving = (await pods()).filter(isReady);
        expect(serving.map(({ spec }) => spec.containers[0].image)).toEqual([good, good]);
        starter.edit("index.ts", (text) => text.replace(`    image: ${noImage},\n    ${patience}\n`, "    image,\n"));
        await starter.up("dev");
        await until(pods, (all) => all.length === 2 && all.every(isReady), { seconds: 30 });
        expect(await image()).toBe(good);
    });

    test("a node is drained while at least one pod is ready", async () => {
        const [pod] = await pods();
        let least = Number.POSITIVE_INFINITY;
        let isWatching = true;
        const watching = (async () => {
            while (isWatching) {
                least = Math.min(least, (await pods()).filter(isReady).length);
            }
        })();
        await kubectl(starter, "drain", pod?.spec.nodeName, "--ignore-daemonsets", "--delete-emptydir-data", "--force");
        await until(pods, (all) => all.length === 2 && all.every(isReady), { seconds: 60 });
        isWatching = false;
        await watching;
        expect(least).toBeGreaterThanOrEqual(1);
    });

    test("is also deployed for production, and destroyed in two steps", async () => {
        const { created } = await starter.up("prod");
        expect(await starter.again("prod")).toEqual({ unchanged: created });
    });

    test("is destroyed with its cluster, and nothing remains", async () => {
        await starter.destroy("dev");
        expect(starter.remaining(project)).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["echo-gke"] ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
