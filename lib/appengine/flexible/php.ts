import { posix } from "node:path";
import * as check from "../../internal/arguments/check";
import type { SourceFile } from "../../internal/sources/listing";

/**
 * How the {@link https://cloud.google.com/appengine/docs/flexible/php/runtime PHP runtime} serves the source with nginx.
 * Paths are relative to the source.
 */
export interface PhpSettings {
    /**
     * The folder that is served: `"web"`.
     * @default the source
     */
    documentRoot?: string;
    /**
     * The file that handles requests without a matching file, relative to the document root.
     * @default "index.php"
     */
    frontControllerFile?: string;
    /**
     * An nginx configuration that replaces the runtime's.
     * @default the runtime's
     */
    nginxConfOverride?: string;
    /**
     * An nginx configuration that is included in the `server` section.
     * @default none
     */
    nginxConfInclude?: string;
    /**
     * An nginx configuration that is included in the `http` section.
     * @default none
     */
    nginxConfHttpInclude?: string;
    /**
     * A PHP-FPM configuration that is added to the runtime's.
     * @default none
     */
    phpFpmConfOverride?: string;
}

const path = check.matching(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+/, "must be a path in the source, such as web");

/** Checks the PHP settings. */
export const phpSettings = check.options<PhpSettings>({
    documentRoot: path,
    frontControllerFile: path,
    nginxConfOverride: path,
    nginxConfInclude: path,
    nginxConfHttpInclude: path,
    phpFpmConfOverride: path,
});

/** Checks that the files exist. */
export function phpProblems(settings: PhpSettings, files: readonly SourceFile[]): check.Problem[] {
    const { documentRoot = "", frontControllerFile = "index.php", ...configurations } = settings;
    const named = { frontControllerFile: posix.join(documentRoot, frontControllerFile), ...configurations };
    return Object.entries(named).flatMap(([key, name]) => {
        const reason = `is not a file of the source: there is no ${name}. Files in .gcloudignore are excluded.`;
        const exists = files.some((file) => file.path === posix.normalize(name));
        return exists ? [] : [check.problem(`runtime.php.${key}`, "appengine/php-file-missing", reason)];
    });
}

/** The settings under their names in the `runtime_config` of app.yaml. */
export function phpConfig(settings: PhpSettings): Record<string, string> {
    const named = Object.entries(settings).map(([key, name]) => {
        return [key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name];
    });
    return Object.fromEntries(named);
}
