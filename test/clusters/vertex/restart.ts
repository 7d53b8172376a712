import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { until } from "../until";
import { ask, bucket, call, containersOf, deployment, serveAgain, served, store } from "./served";
import { createJob, createTuning, reached } from "./training";

const main = join(__dirname, "..", "..", "..", "dist", "local", "commands", "main.js");

/** Starts the command at the port of the served cloud, which must be closed. */
async function command(port: string): Promise<ChildProcess> {
    const args = [main, "local", "serve", "--port", port];
    const child = spawn(process.execPath, args, { cwd: deployment.place.folder, env: process.env, stdio: "ignore" });
    await until(
        () => call("GET", `/storage/v1/b/${bucket}`).catch(() => ({ status: 0 })),
        ({ status }) => status === 200,
        { seconds: 60 },
    );
    return child;
}

async function kill(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.kill("SIGKILL");
    await ended;
}

/** The tests of a command that is killed while it runs models and jobs: the last ones, as they serve the cloud again. */
export function restartTests(): void {
    test("models and jobs of a killed command run again, and nothing of it is left", async () => {
        const folder = join(deployment.place.folder, ".slipway", "run");
        await served.close();
        expect(await containersOf("slipway-")).toEqual([]);
        const killed = await command(new URL(served.url).port);
        const release = `gs://${bucket}/release`;
        const wait = `
import sys, time
sys.path.insert(0, "/")
import storage
print("waiting", flush=True)
while not storage.names("${release}"):
    time.sleep(0.2)
`;
        const job = await createJob({ command: ["python3", "-c", wait] });
        const tuning = await createTuning([1, 2], { parallelTrialCount: 1 }, ["--wait", release]);
        const { trials: before } = await reachedTrial(tuning);
        await reached(job, /_RUNNING$/);
        expect((await ask({ instances: [1] })).status).toBe(200);
        const left = await until(
            () => containersOf(`slipway-${killed.pid}-`),
            (names) => names.some((name) => name.includes("4711")) && names.some((name) => name.includes("workerpool")),
            { seconds: 60 },
        );
        await kill(killed);
        expect(await containersOf(`slipway-${killed.pid}-`)).toEqual(expect.arrayContaining(left));
        expect(existsSync(join(folder, String(killed.pid)))).toBe(true);
        await serveAgain();
        expect(await containersOf(`slipway-${killed.pid}-`)).toEqual([]);
        expect(readdirSync(folder)).toEqual([String(process.pid)]);
        expect((await ask({ instances: [1] })).body.predictions).toEqual([3]);
        expect((await reached(job, /_(RUNNING|SUCCEEDED|FAILED)$/)).state).toBe("JOB_STATE_RUNNING");
        await store("release", "now");
        expect((await reached(job, ended)).state).toBe("JOB_STATE_SUCCEEDED");
        const { state, trials } = await reached(tuning, ended);
        expect([state, trials.map((trial: Inputs) => trial.state)]).toEqual([
            "JOB_STATE_SUCCEEDED",
            ["SUCCEEDED", "SUCCEEDED"],
        ]);
        // The first trial had ended, and did not run again.
        expect(trials[0]).toEqual(before[0]);
        expect(await containersOf("workerpool")).toEqual([]);
    });
}

const ended = /_(SUCCEEDED|FAILED|CANCELLED)$/;

/** Waits until the first trial of a tuning job has ended, and the second one runs. */
async function reachedTrial(name: string): Promise<Inputs> {
    const { body } = await until(
        () => call("GET", `/v1/${name}`),
        ({ body: { trials = [] } }) => trials.length === 2,
        { seconds: 60 },
    );
    return body;
}
