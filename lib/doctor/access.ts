import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Project } from "../project";
import { error, type Finding, ok, type Surroundings, warning } from "./finding";

const login = "gcloud auth application-default login";

/**
 * What the provider signs in with, in its order: see
 * {@link https://www.pulumi.com/registry/packages/gcp/installation-configuration/ Configuration of the provider}. Whether it is valid is
 * only known to Google.
 */
export function googleCredentials({ env, home }: Surroundings): Finding {
    const check = "Google credentials";
    const given = ["GOOGLE_OAUTH_ACCESS_TOKEN", "GOOGLE_CREDENTIALS"].find((name) => env[name]);
    if (given) {
        return ok(check, given);
    }
    const file = env.GOOGLE_APPLICATION_CREDENTIALS;
    if (file) {
        return existsSync(file)
            ? ok(check, `GOOGLE_APPLICATION_CREDENTIALS: ${file}`)
            : error(check, `GOOGLE_APPLICATION_CREDENTIALS names ${file}, which does not exist`, login);
    }
    const configuration = env.CLOUDSDK_CONFIG ?? join(env.APPDATA ?? join(home, ".config"), "gcloud");
    const own = join(configuration, "application_default_credentials.json");
    return existsSync(own) ? ok(check, own) : warning(check, "none, which only slipway local does not need", login);
}

/** Where Pulumi stores stacks. */
export function backend({ env, home }: Surroundings, project: Project): Finding {
    const url = backendUrl(env, home, project);
    return url
        ? ok("Backend", url)
        : warning(
              "Backend",
              "pulumi is not logged in, which only slipway local does not need",
              "pulumi login gs://<bucket>",
          );
}

function backendUrl(env: NodeJS.ProcessEnv, home: string, { content }: Project): string | undefined {
    const file = join(env.PULUMI_HOME ?? join(home, ".pulumi"), "credentials.json");
    const current = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).current : undefined;
    const url = env.PULUMI_BACKEND_URL || content.backend?.url || current;
    return url || (env.PULUMI_ACCESS_TOKEN ? "https://api.pulumi.com" : undefined);
}

/** Locks that killed commands left in a backend of files: other backends are not on this machine. */
export function locks({ env, home }: Surroundings, project: Project): Finding[] {
    const url = backendUrl(env, home, project) ?? "";
    if (!url.startsWith("file://")) {
        return [];
    }
    const folder = url.startsWith("file://~") ? join(home, url.slice("file://~".length)) : fileURLToPath(url);
    const locked = join(folder, ".pulumi", "locks", "organization", project.project);
    const stacks = existsSync(locked)
        ? readdirSync(locked).filter((name) => readdirSync(join(locked, name)).length > 0)
        : [];
    return stacks.map((stack) =>
        warning("Locks", `a command changes the stack ${stack}, or was killed`, `pulumi cancel -s ${stack}`),
    );
}
