/**
 * A client of a service with session affinity.
 * https://cloud.google.com/run/docs/configuring/session-affinity
 */
export interface Session {
    /** A number from 0 to below 1 that chooses its revision, so that a change of the traffic moves as few clients as possible. */
    share: number;
    /** The ID of its instance. */
    instance: string;
}

/** The name of the cookie in answers of Cloud Run, which its documentation does not mention. */
const name = "GAESA";
/** How long the cookie lasts, in days. */
const days = 30;
/** Into how many parts the cookie divides the traffic. */
const parts = 1_000_000;

/** Reads the session from the cookies of a request. */
export function sessionOf(cookies: string | undefined): Session | undefined {
    const [, value = ""] = new RegExp(`(?:^|;\\s*)${name}=([\\w-]+)`).exec(cookies ?? "") ?? [];
    const [, part, instance] = /^(\d{1,6}) (\S+)$/.exec(Buffer.from(value, "base64url").toString()) ?? [];
    return part === undefined || instance === undefined ? undefined : { share: Number(part) / parts, instance };
}

/** The cookie that sets a session. */
export function sessionCookie({ share, instance }: Session, now = Date.now()): string {
    const value = Buffer.from(`${Math.floor(share * parts)} ${instance}`).toString("base64url");
    const expires = new Date(now + days * 24 * 60 * 60 * 1000).toUTCString();
    return `${name}=${value}; expires=${expires}; path=/`;
}
