/**
 * What is wrong with a regular expression in {@link https://github.com/google/re2/wiki/Syntax RE2's syntax}, which Google's services use;
 * undefined if nothing is.
 */
export function regularExpressionProblem(expression: string): string | undefined {
    // Loaded with the first expression.
    const { RE2JS }: typeof import("re2js") = require("re2js");
    try {
        RE2JS.compile(expression);
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}
