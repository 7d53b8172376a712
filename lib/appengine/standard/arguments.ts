import * as check from "../../internal/check";
import type { Duration } from "../../internal/duration";
import { folder } from "../../internal/files";
import { type StandardRuntime, standardRuntime } from "../runtimes";
import { expiration, type Handler, handlers } from "./handlers";
import { type StandardNetwork, standardNetwork } from "./network";
import { instanceClass, type StandardScaling, scaling } from "./scaling";
import { type BundledService, bundledServices, type InboundService, inboundServices } from "./services";

interface StandardBase {
    /** The environment of the service: `"standard"` starts instances in seconds, none when there is nothing to do. */
    env: "standard";
    /**
     * The folder of the application, seen from the program's working folder. What its `.gcloudignore` names is left out. There are
     * 10,000 files at most, 1,000 in a folder, of 32 MB each ("How requests are handled").
     */
    source: string;
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/lifecycle/support-schedule runtime}: the language and its version.
     * One whose support has ended, or ends within 90 days, brings a warning with the day.
     * @default by the files of the source: `main.py` python313, `package.json` nodejs22 or what its `engines` ask for, `go.mod` go125
     * or what it asks for, `pom.xml` java21, `index.php` php84, `Gemfile` ruby34
     */
    runtime?: StandardRuntime;
    /**
     * The command that starts the application, which listens at the port in `$PORT`: `"gunicorn -b :$PORT main:app"`.
     * @default the runtime's own ("Application startup"): Python serves `app` of `main.py`, Node.js runs the script `start`, PHP
     * serves `index.php`
     */
    entrypoint?: string;
    /**
     * What becomes of requests to which paths, in this order: at most 100 ("app.yaml reference"). All are by HTTPS unless one says
     * otherwise by its `secure`. Behind them is one more, unless one takes all paths: the others go to the application.
     * @default all go to the application
     */
    handlers?: Handler[];
    /**
     * How long browsers and proxies may keep files of handlers that do not say it: `"0 seconds"` to `"365 days"`.
     * @default "10 minutes"
     */
    defaultExpiration?: Duration;
    /**
     * Whether a new instance gets a request to `/_ah/warmup` before others. Kept instances need it, and gradual migration of
     * traffic does ("Configuring warmup requests").
     * @default true with `minInstances` or `minIdleInstances`, else false
     */
    warmup?: boolean;
    /**
     * The legacy services of App Engine that the application calls, by their names in app.yaml, or all of them ("Access legacy
     * bundled services"). There are none for Node.js and Ruby.
     * @default none
     */
    bundledServices?: BundledService[] | "all";
    /**
     * What comes to the application as requests to `/_ah/mail/` and `/_ah/bounce`: mail, and mail that did not arrive.
     * @default none
     */
    inboundServices?: InboundService[];
    /**
     * The VPC network that the application reaches.
     * @default none: what it sends leaves by Google's own network
     */
    network?: StandardNetwork;
}

/** A service in the standard environment, but for what services of both environments have. */
export type StandardService = StandardBase & StandardScaling;

/** Checks each argument by itself. */
export const standardChecks: Record<keyof StandardService, check.Check> = {
    env: check.oneOf("standard"),
    source: folder(),
    runtime: standardRuntime,
    entrypoint: check.matching(/^\S[^\r\n]*$/, "must be a command on one line"),
    scaling,
    instanceClass,
    handlers,
    defaultExpiration: expiration,
    warmup: check.flag(),
    bundledServices,
    inboundServices,
    network: standardNetwork,
};

/** Those that must be given. */
export const standardRequired = ["env", "source"] as const;
