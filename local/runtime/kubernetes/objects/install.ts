import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { install, packageFolder } from "../../../toolchain";
import type { Api } from "../api/api";
import { everyCluster, metricsApi } from "./cluster";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Installs GKE's objects in a new cluster, if they do not exist from an earlier start. */
export async function installObjects(
    api: Api,
    folder: string,
    metricsPort: number,
    report: (line: string) => void,
): Promise<void> {
    const texts = await definitionTexts(report);
    const objects = everyCluster.map(([path, object]) => [path, JSON.stringify(object)] as const);
    const hash = createHash("sha256")
        .update(JSON.stringify([texts, objects]))
        .digest("hex");
    const info = join(folder, "installed");
    const isInstalled = existsSync(info) && readFileSync(info, "utf8") === hash;
    // Its port changes with each start.
    const metrics = metricsApi(metricsPort).map(([path, object]) => api.apply(path, JSON.stringify(object)));
    if (!isInstalled) {
        await Promise.all(texts.map(([name, text]) => api.apply(`${definitions}/${name}`, text)));
        await Promise.all(texts.map(([name]) => established(api, name)));
        await Promise.all(objects.map(([path, text]) => api.apply(path, text)));
        writeFileSync(info, hash);
    }
    await Promise.all(metrics);
}

/** Custom resource definitions by name: those of Go modules, and Google's own. */
async function definitionTexts(report: (line: string) => void): Promise<[name: string, text: string][]> {
    const folders = [await install("crds", report), join(packageFolder(), "local", "runtime", "kubernetes", "crds")];
    return folders
        .flatMap((folder) => readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8")))
        .flatMap((text) => text.split(/^---$/m))
        .flatMap((text): [string, string][] => {
            const name = /^metadata:\n(?:^ .*\n)*?^ {2}name: (\S+)$/m.exec(text)?.[1];
            return name ? [[name, text]] : [];
        })
        .sort(([one], [other]) => (one < other ? -1 : 1));
}

async function established(api: Api, name: string): Promise<void> {
    for (;;) {
        const { status } = await api.get(`${definitions}/${name}`);
        const isTrue = (type: string) =>
            status?.conditions?.some((item: Record<string, string>) => item.type === type && item.status === "True");
        if (isTrue("Established")) {
            return;
        }
        await sleep(20);
    }
}
