import { HOUSEHOLD_PATHS, USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import { sendJson, type Guard } from '../../guard/index.ts';
import { allowOrigin, skipBody, WEB_SOCKET_ONLY, type Exchange, type Handler, type Route } from '../router.ts';
import type { Household } from './household.ts';

interface HouseholdServices {
  readonly guard: Guard;
  readonly household: Household;
}

/** The household's paths that are always the same. */
export function householdRoutes(services: HouseholdServices, small: (handler: Handler) => Handler): [string, Route][] {
  const { guard, household } = services;
  const answering = (body: (exchange: Exchange) => object): Route => {
    const handler = small((exchange) => {
      allowOrigin(services.guard, exchange);
      sendJson(exchange.response, 200, body(exchange));
    });
    return { GET: handler, HEAD: handler };
  };
  const { reports, profiles } = household;
  return [
    [HOUSEHOLD_PATHS.health, answering(() => reports.health())],
    [HOUSEHOLD_PATHS.profiles, answering(() => profiles)],
    [HOUSEHOLD_PATHS.stats, answering(({ visitor }) => reports.stats(guard.isPrivate(visitor)))],
    [HOUSEHOLD_PATHS.processHealth, answering(({ visitor }) => reports.processHealth(guard.isPrivate(visitor)))],
    [USER_PATHS.probe, WEB_SOCKET_ONLY],
  ];
}

/** Discovery of one user; `undefined` when the path is not a session's. @throws Refusal `unknown-user` */
export function sessionRoute(services: HouseholdServices, pathname: string): Route | undefined {
  const profile = services.household.userOf(pathname);
  if (!profile) return undefined;
  return {
    async GET(exchange) {
      const { request, response, url, visitor } = exchange;
      skipBody(request);
      allowOrigin(services.guard, exchange);
      sendJson(response, 200, await services.household.discover(profile, request, url, visitor));
    },
  };
}
