import type { Inputs } from "../../../../simulator";
import { watch } from "../../../emulator/containers/probes";

/** The health of an instance by a health check. */
export type Health = "HEALTHY" | "UNHEALTHY" | "UNKNOWN";

/** What is probed. */
export interface ProbedMachine {
    addressOf(port: number): { host: string; port: number };
}

/**
 * The probe of a health check. Only the status 200 is a success; probes do not verify certificates, and TLS is not probed beyond the connection.
 * https://cloud.google.com/load-balancing/docs/health-check-concepts
 *
 * @param namedPorts the named ports of the group
 * @param serving the port of the backend service; undefined if the group itself probes
 */
export function probeOf(settings: Inputs, namedPorts: readonly Inputs[], serving?: number): Inputs | undefined {
    const { checkIntervalSec = 5, timeoutSec = 5, healthyThreshold = 2, unhealthyThreshold = 2 } = settings;
    const shared = {
        periodSeconds: checkIntervalSec,
        timeoutSeconds: timeoutSec,
        successThreshold: healthyThreshold,
        failureThreshold: unhealthyThreshold,
    };
    const { httpHealthCheck, httpsHealthCheck, grpcHealthCheck, tcpHealthCheck, sslHealthCheck } = settings;
    const http = httpHealthCheck ?? httpsHealthCheck;
    const kind = http ?? grpcHealthCheck ?? tcpHealthCheck ?? sslHealthCheck;
    if (kind === undefined) {
        return undefined;
    }
    const { portSpecification, portName, host, requestPath = "/" } = kind;
    const named = namedPorts.find(({ name }) => name === portName)?.port;
    const defaults = httpHealthCheck ? 80 : 443;
    const port = (portSpecification === "USE_SERVING_PORT" ? serving : undefined) ?? kind.port ?? named ?? defaults;
    if (http) {
        const httpHeaders = host ? [{ name: "host", value: host }] : [];
        const scheme = httpsHealthCheck ? "HTTPS" : "HTTP";
        return { ...shared, httpGet: { path: requestPath, port, scheme, httpHeaders, status: 200 } };
    }
    return grpcHealthCheck
        ? { ...shared, grpc: { port, service: grpcHealthCheck.grpcServiceName } }
        : { ...shared, tcpSocket: { port } };
}

/** The health of a running machine by all checks that concern it, each of which is probed once. */
export class MachineHealth {
    private readonly probes = new Map<string, { key: string; health: Health; stop: AbortController }>();

    constructor(
        private readonly machine: ProbedMachine,
        /** Called with each change. */
        private readonly changed: (check: string, health: Health) => void,
    ) {}

    /** Probes by these checks from now on. */
    look(checks: readonly { name: string; probe: Inputs }[]): void {
        for (const [name, { stop }] of this.probes) {
            if (!checks.some((check) => check.name === name)) {
                stop.abort();
                this.probes.delete(name);
            }
        }
        for (const { name, probe } of checks) {
            const key = JSON.stringify(probe);
            const known = this.probes.get(name);
            if (known?.key !== key) {
                known?.stop.abort();
                this.begin(name, key, probe, known?.health ?? "UNKNOWN");
            }
        }
    }

    of(check: string): Health {
        return this.probes.get(check)?.health ?? "UNKNOWN";
    }

    close(): void {
        this.look([]);
    }

    private begin(name: string, key: string, probe: Inputs, health: Health): void {
        const stop = new AbortController();
        const probing = { key, health, stop };
        this.probes.set(name, probing);
        const { machine, changed } = this;
        const probed = {
            host: machine.addressOf(0).host,
            portOf: (port: number) => machine.addressOf(port).port,
            succeeds: () => Promise.resolve(false),
        };
        void watch(probe, probed, stop.signal, (isPassed) => {
            probing.health = isPassed ? "HEALTHY" : "UNHEALTHY";
            changed(name, probing.health);
        });
    }
}
