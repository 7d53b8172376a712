import { inspect } from "node:util";
import type { ActivityEvent } from "./activity";

const styled = (name: "bold" | "grey" | "green" | "yellow" | "red", text: string): string => {
    const [begin, end] = inspect.colors[name] ?? [0, 0];
    return `\u001b[${begin}m${text}\u001b[${end}m`;
};

/** The color of an HTTP status, or of a gRPC code. */
const colorOf = (status: string) =>
    /^(5|UN|INTERNAL)/.test(status) ? "red" : /^([123]|OK$)/.test(status) ? "green" : "yellow";

/**
 * An event as a line of the terminal: `predict: POST /, 200, 12 ms, trace 4bf92f3577b34da6a3ce929d0e0e4736`.
 *
 * @param hasColors whether it is for a terminal
 */
export function activityLine(event: ActivityEvent, hasColors: boolean): string {
    const { component, kind, text, status, ms, trace } = event;
    const style: typeof styled = (name, part) => (hasColors ? styled(name, part) : part);
    const what = kind === "call" ? `calls ${text}` : text;
    const parts = [
        component === undefined ? what : `${style("bold", component)}: ${what}`,
        ...(status === undefined ? [] : [style(colorOf(status), status)]),
        ...(ms === undefined ? [] : [`${ms} ms`]),
        ...(trace === undefined ? [] : [style("grey", `trace ${trace}`)]),
    ];
    return parts.join(", ");
}

/** Whether an event is a request to a component. */
export const isRequest = ({ kind, component }: ActivityEvent): boolean => kind === "request" && component !== undefined;

/**
 * Whether an event is of interest to somebody who looks at a component.
 *
 * @param name `predict`, or `acme-dev/predict`; undefined for all components, but not for calls that none of them made
 */
export function isAbout({ kind, component, project, text }: ActivityEvent, name: string | undefined): boolean {
    if (name === undefined) {
        return kind !== "call" || component !== undefined;
    }
    // The terminal's own lines begin with the name.
    const isNamed = kind === "event" && [": ", " ("].some((next) => text.startsWith(name + next));
    return isNamed || component === name || `${project}/${component}` === name;
}
