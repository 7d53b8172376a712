import {
    type FlexibleService,
    flexibleChecks,
    flexibleProblems,
    flexibleRequired,
    resolveFlexibleService,
} from "../../../lib/appengine/flexible";
import type { ServiceArgs } from "../../../lib/appengine/service/serviceArgs";
import {
    resolveStandardService,
    type StandardService,
    standardChecks,
    standardProblems,
    standardRequired,
} from "../../../lib/appengine/standard";
import * as check from "../../../lib/internal/arguments/check";
import { filesOf, type SourceFile } from "../../../lib/internal/sources/listing";
import { environmentDefaults } from "../../../lib/stack/settings/defaults";
import { folderOf } from "../folders";
import { problemsIn } from "../registered";

/** A Flask application. */
export const flask = {
    "main.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    "requirements.txt": "flask==3.1.2\n",
};

/** The files of a service, by content. */
export const filesFrom = (content: Record<string, string>) => filesOf(folderOf(content));

const region = "europe-west1";
const environment = { defaults: environmentDefaults.development };

export const problemsOfStandard = (service: StandardService & ServiceArgs, files: readonly SourceFile[]) =>
    standardProblems(service, resolveStandardService(service, files, environment), files, region);

export const problemsOfFlexible = (service: FlexibleService & ServiceArgs, files: readonly SourceFile[]) =>
    flexibleProblems(service, resolveFlexibleService(service, files, environment), files, region);

/** The errors of a standard service, one per line; undefined if there are none. */
export function standardErrors(overrides: object, content: Record<string, string> = flask): string | undefined {
    const source = folderOf(content);
    const args = { source, ...overrides } as StandardService;
    const checks = check.options<StandardService>(standardChecks, ...standardRequired);
    return errorsOf(args, checks, (service) => problemsOfStandard(service, filesOf(source)));
}

/** The errors of a flexible service, one per line; undefined if there are none. */
export function flexibleErrors(overrides: object, content: Record<string, string> = {}): string | undefined {
    const source = Object.keys(content).length > 0 ? folderOf(content) : undefined;
    const args = {
        flexible: true,
        ...(source === undefined ? { image } : { source }),
        ...overrides,
    } as FlexibleService;
    const checks = check.options<FlexibleService>(flexibleChecks, ...flexibleRequired);
    const files = source === undefined ? [] : filesOf(source);
    return errorsOf(args, checks, (service) => problemsOfFlexible(service, files));
}

export const image = `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:${"0a".repeat(32)}`;

function errorsOf<Args>(
    args: Args,
    checks: check.Check<Args>,
    together: (args: check.Long<Args>) => check.Problem[],
): string | undefined {
    try {
        check.checked('Service "it"', args, checks, together);
        return undefined;
    } catch (error) {
        return problemsIn(error as Error).replaceAll(/^Service "it": /gm, "");
    }
}
