import { setTimeout as sleep } from "node:timers/promises";
import { ContainersError, type RunningContainers } from "../containers/launch";

/** How long an instance has to listen and to answer, in seconds. */
export const startTimeout = 240;

/** The time between attempts to ask an instance that listens, in milliseconds. */
const retryInterval = 100;

/** The status of the first answer of an instance: servers listen before they have loaded the code. */
export async function firstStatus({ port, ended }: RunningContainers, path: string): Promise<number> {
    const end = AbortSignal.timeout(startTimeout * 1000);
    const exit = ended.then(() => {
        throw new ContainersError("the process has ended before it answered.");
    });
    while (!end.aborted) {
        const answer = fetch(`http://127.0.0.1:${port}${path}`, {
            headers: { connection: "close" },
            redirect: "manual",
            signal: end,
        }).catch(() => undefined);
        const response = await Promise.race([answer, exit]);
        if (response) {
            await response.body?.cancel();
            return response.status;
        }
        await Promise.race([sleep(retryInterval), exit]);
    }
    throw new ContainersError(`it does not answer within ${startTimeout} seconds.`);
}
