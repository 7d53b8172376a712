import { ContainersError } from "../containers/launch";
import type { Code } from "./code";

/** How a server is started: its language with a version, if it has one, and its command. */
export type Start = Pick<Code, "runtime"> & { start: Code["start"] & { kind: "server" } };

/**
 * How Google's buildpacks start a server in Python or Node.js: by the `web` of its Procfile, or else by their default.
 * https://docs.cloud.google.com/docs/buildpacks/service-specific-configs
 *
 * @throws ContainersError if they have no default for the files
 */
export function buildpackStart(files: Code["files"]): Start {
    const text = (path: string) => {
        const content = files[path];
        return content && Buffer.from(content).toString();
    };
    const [module] = ["main", "app"].filter((name) => files[`${name}.py`]);
    const isNode = files["package.json"] !== undefined;
    const isPython = Object.keys(files).some((path) => /^[^/]+\.py$/.test(path));
    const [, web] = /^web:[ \t]*(.+)$/m.exec(text("Procfile") ?? "") ?? [];
    if (isNode === isPython) {
        throw new ContainersError(
            isNode
                ? "it has both package.json and files in Python"
                : "it has neither package.json nor a file in Python",
        );
    }
    if (isNode) {
        const entrypoint = web ?? nodeCommand(manifestOf(String(text("package.json"))), files);
        return { runtime: "nodejs", start: { kind: "server", entrypoint } };
    }
    const requirements = text("requirements.txt");
    if (requirements === undefined && files["pyproject.toml"]) {
        throw new ContainersError("it has pyproject.toml, and no requirements.txt");
    }
    if (web === undefined && module === undefined) {
        throw new ContainersError("it has no Procfile, main.py or app.py");
    }
    const entrypoint = web ?? pythonCommand(String(module), requirements ?? "");
    return {
        runtime: "python",
        start: { kind: "server", ...(entrypoint ? { entrypoint } : { module: `${module}:app` }) },
    };
}

interface Manifest {
    scripts?: Record<string, string>;
    main?: string;
}

function manifestOf(text: string): Manifest {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw new ContainersError(`package.json is invalid: ${(error as Error).message}`);
    }
}

/** https://github.com/GoogleCloudPlatform/buildpacks/blob/main/pkg/nodejs/nodejs.go (`DefaultStartCommand`) */
function nodeCommand(
    { scripts = {}, main }: { scripts?: Record<string, string>; main?: string },
    files: Code["files"],
) {
    if (scripts.start !== undefined || files["server.js"]) {
        return "npm run start";
    }
    return `node ${main ?? "index.js"}`;
}

/**
 * The command by the packages; undefined for that of gunicorn, which is installed if it is missing.
 * https://github.com/GoogleCloudPlatform/buildpacks/blob/main/cmd/python/missing_entrypoint/lib/lib.go
 */
function pythonCommand(module: string, requirements: string): string | undefined {
    const has = (name: string) => new RegExp(`^${name}(?![\\w.-])`, "im").test(requirements);
    if (has("gunicorn")) {
        return undefined;
    }
    if (has("uvicorn") || /^fastapi\[([^\]]*,)?\s*standard\b/im.test(requirements)) {
        return `uvicorn ${module}:app --port $PORT --host 0.0.0.0`;
    }
    if (has("gradio")) {
        return `GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=$PORT python ${module}.py`;
    }
    return has("streamlit") ? `streamlit run ${module}.py --server.address 0.0.0.0 --server.port $PORT` : undefined;
}
