import * as check from "../../internal/check";
import type { Duration } from "../../internal/duration";
import { folder } from "../../internal/files";
import { type StandardRuntime, standardRuntime } from "../runtimes";
import { expiration, type Handler, handlers } from "./handlers";
import { type StandardNetwork, standardNetwork } from "./network";
import { instanceClass, type StandardScaling, scaling } from "./scaling";
import { type BundledService, bundledServices, type InboundService, inboundServices } from "./services";

interface StandardBase {
    /**
     * Whether the service runs in the flexible environment. The standard environment starts instances within seconds and scales to
     * zero.
     * @default false
     */
    flexible?: false;
    /**
     * The application's folder, relative to the program's working directory. Files that its `.gcloudignore` matches are left
     * out. A version has {@link https://cloud.google.com/appengine/docs/standard/how-requests-are-handled at most} 10,000
     * files, 1,000 in a folder, of 32 MB each.
     */
    source: string;
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/lifecycle/support-schedule runtime}: the language and its
     * version. A runtime whose support has ended, or ends within 90 days, causes a warning with the date.
     * @default detected from the files of the source: `main.py` python313, `package.json` nodejs22 or the version that its
     * `engines` require, `go.mod` go125 or the version that it requires, `pom.xml` java21, `index.php` php84, `Gemfile`
     * ruby34
     */
    runtime?: StandardRuntime;
    /**
     * The command that starts the application, which listens on the port in `$PORT`: `"gunicorn -b :$PORT main:app"`.
     * @default the runtime's own: Python serves `app` of `main.py`, Node.js runs the `start` script, PHP serves `index.php`
     */
    entrypoint?: string;
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml handlers} of URL paths, in this order:
     * at most 100. All require HTTPS unless `secure` allows HTTP. Unless a handler matches every path, another handler is
     * added that sends the remaining requests to the application.
     * @default all requests go to the application
     */
    handlers?: Handler[];
    /**
     * How long browsers and proxies cache the files of handlers without an `expiration`: `"0 seconds"` to `"365 days"`.
     * @default "10 minutes"
     */
    defaultExpiration?: Duration;
    /**
     * Whether a new instance receives a
     * {@link https://cloud.google.com/appengine/docs/standard/configuring-warmup-requests warmup request} to `/_ah/warmup`
     * before other requests. Minimum instances and gradual traffic migration need it.
     * @default true with `scaling.min` or `scaling.minIdle`, otherwise false
     */
    warmup?: boolean;
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/python3/services/access legacy bundled services} that the
     * application calls, by their names in app.yaml, or all of them. Node.js and Ruby have none.
     * @default none
     */
    bundledServices?: BundledService[] | "all";
    /**
     * Inbound services: mail is sent to `/_ah/mail/`, and notifications of undelivered mail to `/_ah/bounce`.
     * @default none
     */
    inboundServices?: InboundService[];
    /**
     * The VPC network that the application can reach.
     * @default none: outbound traffic does not go through a VPC network
     */
    network?: StandardNetwork;
}

/** The arguments that are specific to the standard environment. */
export type StandardService = StandardBase & StandardScaling;

/** Checks each argument. */
export const standardChecks: check.Checks<StandardService> = {
    flexible: check.custom<false>((value) => value === false, "must be true or false"),
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

/** The required arguments. */
export const standardRequired = ["source"] as const;
