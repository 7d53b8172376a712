import { until } from "../until";
import { ask, deploy, location, parallel, store, upload } from "./served";

const at = `${location}/endpoints/4713`;

/** The processes that answer requests. */
async function processes(): Promise<string[]> {
    const answers = await parallel(10, 2, () =>
        ask({ instances: [0], parameters: { about: true } }, "predict", {}, at),
    );
    const found = answers.filter(({ status }) => status === 200).map(({ body }) => body.predictions[0].process);
    return [...new Set(found)];
}

const reached = (is: (found: string[]) => boolean) => until(processes, is, { seconds: 60 });

/** Removes a file of one of the containers, and returns its process. */
async function remove(path: string): Promise<string> {
    const { body } = await ask({ instances: [0], parameters: { remove: path } }, "predict", {}, at);
    return body.predictions[0];
}

/** The tests of probes of the container spec. */
export function probeTests(): void {
    test("commands in the container decide whether it has started, is healthy, and is alive", async () => {
        await store("probed/line.json", '{"slope": 1, "intercept": 0}');
        // A command takes longer on a busy machine than by default, a second.
        const exists = (path: string) => ({
            exec: { command: ["test", "-f", path] },
            periodSeconds: 1,
            timeoutSeconds: 10,
        });
        const { model } = await upload("probed", {
            // The server never answers such checks with 200.
            healthRoute: "/none",
            env: [{ name: "LOADING_SECONDS", value: "1" }],
            startupProbe: exists("/tmp/alive"),
            healthProbe: { ...exists("/tmp/ready"), failureThreshold: 1 },
            livenessProbe: { ...exists("/tmp/alive"), failureThreshold: 1 },
        });
        await deploy(model, { 0: 100 }, 2, at);
        const both = await reached(({ length }) => length === 2);
        const dead = await remove("/tmp/alive");
        const restarted = await reached((found) => found.length === 2 && !found.includes(dead));
        expect(restarted.filter((process) => both.includes(process))).toHaveLength(1);
        const unhealthy = await remove("/tmp/ready");
        const [healthy] = await reached(({ length }) => length === 1);
        expect([unhealthy, healthy].sort()).toEqual(restarted.sort());
    });
}
