import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, credentials } from "@grpc/grpc-js";
import type { Inputs } from "../../../simulator";
import { serviceType } from "../protos";

/** A container that is probed. */
export interface Probed {
    /** By default this machine. */
    host?: string;
    /** Returns where a port of the container is on this machine. */
    portOf(containerPort: number): number;
    /** Whether a command in the container succeeds in some milliseconds. */
    succeeds(command: string[], timeout: number): Promise<boolean>;
}

/**
 * The time between attempts to start, in milliseconds: shorter than Cloud Run's, so that instances start sooner. Commands need a process
 * each.
 */
const startInterval = ({ exec }: Inputs) => (exec ? 500 : 100);

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
export async function passesStartup(probe: Inputs, probed: Probed, ended: AbortSignal): Promise<boolean> {
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
        if (await passes(probe, probed, Math.min(left, timeoutSeconds * 1000))) {
            return true;
        }
        await pause(startInterval(probe), ended);
    }
    return false;
}

/** Repeats a liveness or readiness probe, and reports its result after each attempt, until the container has ended. */
export async function watch(
    probe: Inputs,
    probed: Probed,
    ended: AbortSignal,
    report: (isPassed: boolean) => void,
): Promise<void> {
    const settings = { ...defaults, ...probe };
    const thresholds: Record<string, number> = { true: settings.successThreshold, false: settings.failureThreshold };
    let [last, count] = [true, 0];
    await pause(settings.initialDelaySeconds * 1000, ended);
    while (!ended.aborted) {
        const isPassed = await passes(probe, probed, settings.timeoutSeconds * 1000);
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
async function passes(
    probe: Inputs,
    { host = "127.0.0.1", portOf, succeeds }: Probed,
    timeout: number,
): Promise<boolean> {
    const { httpGet, grpc, tcpSocket, exec } = probe;
    try {
        if (exec) {
            return await succeeds(exec.command, timeout);
        }
        if (httpGet) {
            const status = await statusOf({ ...httpGet, at: host, port: portOf(httpGet.port) }, timeout);
            return httpGet.status === undefined ? status >= 200 && status < 400 : status === httpGet.status;
        }
        return grpc
            ? await isServing(`${host}:${portOf(grpc.port)}`, grpc.service ?? "", timeout)
            : await isListening(host, portOf(tcpSocket?.port), timeout);
    } catch {
        return false;
    }
}

/** The status of an answer. Certificates are not verified, and redirects not followed, as in Kubernetes. */
function statusOf({ at, path = "/", httpHeaders = [], port, scheme }: Inputs, timeout: number): Promise<number> {
    const own = Object.fromEntries(
        (httpHeaders as Inputs[]).map(({ name, value = "" }) => [String(name).toLowerCase(), String(value)]),
    );
    const headers = { "user-agent": "GoogleHC/1.0", ...own, connection: "close" };
    const options = { host: at, port, path, headers, signal: AbortSignal.timeout(timeout) };
    return new Promise((resolve, reject) => {
        const answered = (answer: IncomingMessage) => {
            answer
                .on("error", reject)
                .on("end", () => resolve(answer.statusCode ?? 0))
                .resume();
        };
        const asked =
            scheme === "HTTPS"
                ? httpsRequest({ ...options, rejectUnauthorized: false }, answered)
                : httpRequest(options, answered);
        asked.on("error", reject).end();
    });
}

function isListening(host: string, port: number, timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ port, host, timeout });
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
