import * as z from 'zod';

/** Prices of one region, as published on a day. */
export const priceListSchema = z.object({
  /** When they were read. */
  date: z.iso.date(),
  region: z.string().min(1),
  source: z.string().min(1),
  usd: z.object({
    vcpuHour: z.number().positive(),
    gibHour: z.number().positive(),
    databaseHour: z.number().min(0),
    loadBalancerHour: z.number().min(0),
    /** Shared file system of a class, a month. */
    fileSystemMonth: z.number().min(0),
  }),
  /** What can be rented: cores, and with each the memory that may go with it, from small to large. */
  sizes: z.array(z.object({ vcpus: z.number().positive(), memoryGib: z.array(z.number().positive()).min(1) })).min(1),
});
export type PriceList = z.infer<typeof priceListSchema>;
