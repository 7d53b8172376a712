import * as check from "../../../lib/internal/check";

/** What a check says of a value, without the component's name; nothing of one that is right. */
export function told(value: unknown, by: check.Check): string | undefined {
    try {
        check.checked("it", value, by);
        return undefined;
    } catch (error) {
        return (error as Error).message.replaceAll(/^it: /gm, "");
    }
}
