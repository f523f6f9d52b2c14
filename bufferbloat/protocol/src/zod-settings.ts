import * as z from 'zod';

// The page's content security policy forbids code made from text; zod's mere try would be reported as a violation.
z.config({ jitless: true });
