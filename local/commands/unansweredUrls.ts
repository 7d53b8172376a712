import { resourcesOf } from "../machine/stacks";
import type { Workspace } from "../machine/workspace";
import { Router } from "../runtime/emulator/routes";
import { cloudOf } from "../simulator/cloudOf";

/** Says how to run the code behind the URLs that a stack exports; no lines without such URLs. */
export function unansweredUrls(place: Workspace, stack: string): string[] {
    const { outputs = {} } = resourcesOf(place, stack).find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
    const router = new Router(cloudOf(place), {}, true);
    const found = Object.entries(outputs).flatMap(([output, value]) => {
        const url = typeof value === "string" && /^https?:/.test(value) && URL.canParse(value) ? value : undefined;
        const { service, name } = url === undefined ? {} : router.find(url);
        return service ? [{ output, name, isRun: router.isRun(service) }] : [];
    });
    if (found.length === 0) {
        return [];
    }
    const outputsWithUrls = found.map(({ output }) => output).join(", ");
    const routed = found.filter(({ isRun }) => !isRun);
    if (routed.length === 0) {
        return [
            `Nobody answers at ${outputsWithUrls} yet: functions run as processes, and containers with Docker, while this command does:`,
            "    npx slipway local serve --run",
        ];
    }
    const routes = [...new Set(routed.map(({ name }) => name))].map(
        (name, index) => `--route ${name}=http://127.0.0.1:${8081 + index}`,
    );
    return [
        `Nobody answers at ${outputsWithUrls}: code does not run in the local Google Cloud. Run it on this machine, and`,
        `    npx slipway local serve --run ${routes.join(" ")}`,
        "delivers messages and events to it, and serves buckets, topics, tables and secrets to Google's client libraries.",
    ];
}
