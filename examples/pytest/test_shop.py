def ask(shop, user_id):
    return shop.runtime.get_recommendations(campaignArn=shop.campaign, userId=user_id, numResults=2)


def test_shows_the_pinned_items_to_one_user(server, shop):
    server.inspect('PUT', 'pins', campaignArn=shop.campaign, userId='ann', items=['bag', 'lamp'])
    assert [item['itemId'] for item in ask(shop, 'ann')['itemList']] == ['bag', 'lamp']


def test_tries_again_when_it_is_throttled(server, shop):
    fault = {'operation': 'GetRecommendations', 'error': 'ThrottlingException', 'count': 1}
    server.inspect('PUT', 'faults', faults=[fault])
    answer = ask(shop, 'ann')
    assert answer['ResponseMetadata']['RetryAttempts'] == 1
    assert len(answer['itemList']) == 2


def test_trains_with_new_events_after_a_week(server, shop):
    def trainings():
        versions = shop.personalize.list_solution_versions(solutionArn=shop.solution)['solutionVersions']
        return sorted(version['trainingType'] for version in versions)

    shop.view('ann', ['bag'])
    assert trainings() == ['MANUAL']
    server.inspect('POST', 'clock', advanceSeconds=7 * 24 * 3600)
    assert trainings() == ['AUTOMATIC', 'MANUAL']
