/** Published figures for full ranking: [name, hit rate@10 or recall@20, NDCG@10 or @20, source]. */
export const PUBLISHED: Readonly<Record<string, readonly (readonly [string, number, number, string])[]>> = {
  'ml-1m': [
    ['SASRec', 0.25, 0.1341, 'antklen, RecSys 2023'],
    ['BERT4Rec', 0.2843, 0.1537, 'antklen, RecSys 2023'],
    ['SASRec, cross-entropy', 0.3152, 0.1821, 'antklen, RecSys 2023'],
    ['gSASRec', 0.3003, 0.1726, 'gSASRec-pytorch'],
    ['eSASRec', 0.3133, 0.1772, 'blondered/transformer_benchmark'],
    ['HSTU', 0.3037, 0.1719, 'blondered/transformer_benchmark'],
  ],
  beauty: [
    ['SASRec', 0.0246, 0.0126, 'antklen, RecSys 2023'],
    ['BERT4Rec', 0.0338, 0.0187, 'antklen, RecSys 2023'],
    ['SASRec, cross-entropy', 0.0533, 0.0327, 'antklen, RecSys 2023'],
  ],
  gowalla: [
    ['NGCF', 0.157, 0.1327, 'RecZoo'],
    ['LightGCN', 0.183, 0.1554, 'RecZoo'],
    ['UltraGCN', 0.1862, 0.158, 'RecZoo'],
  ],
}
