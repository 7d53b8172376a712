import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, credentials } from "@grpc/grpc-js";
import type { Inputs } from "../../rules/rules";
import { serviceType } from "../protos";

/** Returns where a port of a container is on this machine. */
export type PortOf = (containerPort: number) => number;

/** The time between attempts to start, in milliseconds: shorter than Cloud Run's, so that instances start sooner. */
const startInterval = 100;

/** The defaults of probes: https://cloud.google.com/run/docs/configuring/healthchecks */
const defaults = {
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    failureThreshold: 3,
    successThreshold: 1,
};

/**
 * Waits until a container passes its startup probe.
 *
 * @returns false if it does not in the time of the probe
 */
export async function passesStartup(probe: Inputs, portOf: PortOf, ended: AbortSignal): Promise<boolean> {
    const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = { ...defaults, ...probe };
    // The last attempt begins when the last period does.
    const seconds = initialDelaySeconds + periodSeconds * (failureThreshold - 1) + timeoutSeconds;
    const deadline = Date.now() + seconds * 1000;
    await pause(initialDelaySeconds * 1000, ended);
    while (!ended.aborted) {
        const left = deadline - Date.now();
        if (left <= 0) {
            return false;
        }
        if (await passes(probe, portOf, Math.min(left, timeoutSeconds * 1000))) {
            return true;
        }
        await pause(startInterval, ended);
    }
    return false;
}

/** Repeats a liveness or readiness probe, and reports its result after each attempt, until the container has ended. */
export async function watch(
    probe: Inputs,
    portOf: PortOf,
    ended: AbortSignal,
    report: (isPassed: boolean) => void,
): Promise<void> {
    const settings = { ...defaults, ...probe };
    const thresholds: Record<string, number> = { true: settings.successThreshold, false: settings.failureThreshold };
    let [last, count] = [true, 0];
    await pause(settings.initialDelaySeconds * 1000, ended);
    while (!ended.aborted) {
        const isPassed = await passes(probe, portOf, settings.timeoutSeconds * 1000);
        count = isPassed === last ? count + 1 : 1;
        last = isPassed;
        if (!ended.aborted && count === thresholds[String(isPassed)]) {
            report(isPassed);
        }
        await pause(settings.periodSeconds * 1000, ended);
    }
}

const pause = (milliseconds: number, signal: AbortSignal) =>
    sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);

/** Tries a probe once. */
async function passes(probe: Inputs, portOf: PortOf, timeout: number): Promise<boolean> {
    const { httpGet, grpc, tcpSocket } = probe;
    try {
        if (httpGet) {
            const { path = "/", httpHeaders = [], port, status } = httpGet;
            const headers = Object.fromEntries(httpHeaders.map(({ name, value = "" }: Inputs) => [name, value]));
            const answer = await fetch(`http://127.0.0.1:${portOf(port)}${path}`, {
                headers: { "user-agent": "GoogleHC/1.0", ...headers, connection: "close" },
                redirect: "manual",
                signal: AbortSignal.timeout(timeout),
            });
            await answer.arrayBuffer();
            return status === undefined ? answer.status >= 200 && answer.status < 400 : answer.status === status;
        }
        return grpc
            ? await isServing(`127.0.0.1:${portOf(grpc.port)}`, grpc.service ?? "", timeout)
            : await isListening(portOf(tcpSocket?.port), timeout);
    } catch {
        return false;
    }
}

function isListening(port: number, timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ port, host: "127.0.0.1", timeout });
        const end = (isOpen: boolean) => {
            socket.destroy();
            resolve(isOpen);
        };
        socket
            .on("connect", () => end(true))
            .on("timeout", () => end(false))
            .on("error", () => end(false));
    });
}

/** https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
function isServing(address: string, service: string, timeout: number): Promise<boolean> {
    const check = serviceType("grpc.health.v1.Health").Check;
    const client = new Client(address, credentials.createInsecure());
    return new Promise((resolve) => {
        const { path, requestSerialize, responseDeserialize } = check as NonNullable<typeof check>;
        const options = { deadline: Date.now() + timeout };
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service }, options, (error, answer) => {
            client.close();
            resolve(!error && (answer as Inputs).status === "SERVING");
        });
    });
}
