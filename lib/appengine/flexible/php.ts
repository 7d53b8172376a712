import { posix } from "node:path";
import * as check from "../../internal/check";
import type { SourceFile } from "../../internal/files";

/** How nginx and PHP serve a source ("The PHP runtime", flexible environment). Paths are seen from the source. */
export interface PhpSettings {
    /**
     * The folder that is served: `"web"`.
     * @default the source
     */
    documentRoot?: string;
    /**
     * The file that answers requests for which there is no file, seen from the folder that is served.
     * @default "index.php"
     */
    frontControllerFile?: string;
    /**
     * A configuration of nginx in place of the whole.
     * @default the runtime's
     */
    nginxConfOverride?: string;
    /**
     * A configuration that is a part of nginx's `server`.
     * @default none
     */
    nginxConfInclude?: string;
    /**
     * A configuration that is a part of nginx's `http`.
     * @default none
     */
    nginxConfHttpInclude?: string;
    /**
     * A configuration of PHP-FPM, behind the runtime's.
     * @default none
     */
    phpFpmConfOverride?: string;
}

const path = check.matching(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+/, "must be a path within the source, as web is");

/** Checks how a source of PHP is served. */
export const phpSettings: check.Check = check.options<PhpSettings>({
    documentRoot: path,
    frontControllerFile: path,
    nginxConfOverride: path,
    nginxConfInclude: path,
    nginxConfHttpInclude: path,
    phpFpmConfOverride: path,
});

/** Files that are named and not there. */
export function phpProblems(given: PhpSettings, files: SourceFile[]): check.Problem[] {
    const { documentRoot = "", frontControllerFile = "index.php", ...configurations } = given;
    const named = { frontControllerFile: posix.join(documentRoot, frontControllerFile), ...configurations };
    return Object.entries(named).flatMap(([key, name]) => {
        const reason = `is no file of the source: there is no ${name}. What .gcloudignore names is left out.`;
        const isThere = files.some((file) => file.path === posix.normalize(name));
        return isThere ? [] : [{ path: `runtime.php.${key}`, reason }];
    });
}

/** As `runtime_config` of an app.yaml has it. */
export function phpConfig(given: PhpSettings): Record<string, string> {
    const named = Object.entries(given).map(([key, name]) => {
        return [key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name];
    });
    return Object.fromEntries(named);
}
