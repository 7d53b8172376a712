import { type Cron, parseCron, timeBetween } from "../../../lib/formats/cron";

const day = 24 * 60;

test.each([
    ["0 3 * * *", day, day],
    ["* * * * *", 1, 1],
    ["*/10 * * * *", 10, 10],
    ["*/9 * * * *", 6, 9],
    ["0,55 0,23 * * *", 5, 22 * 60 + 5],
    ["0 9 * * 1", 7 * day, 7 * day],
    ["0 9 * * SAT,SUN", day, 6 * day],
    ["0 9 * * 0,7", 7 * day, 7 * day],
    ["0 9 * * 0-7", day, day],
    ["0 3 1 * *", 28 * day, 31 * day],
    ["0 3 1 1,7 *", 181 * day, 184 * day],
    ["0 3 29 2 *", 1461 * day, 1461 * day],
    // A day that is a Monday, or the first of a month.
    ["0 3 1 * 1", day, 7 * day],
])("%s runs each %d to %d minutes", (expression, shortest, longest) => {
    expect(timeBetween(parseCron(expression) as Cron)).toEqual({ shortest, longest });
});
